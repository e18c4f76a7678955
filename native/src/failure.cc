#include "failure.h"

namespace sotto {

Failure LastFailure(const LitertLmApi& api, const char* code, const std::string& what) {
  Failure failure;
  failure.code = code;
  failure.absl = api.get_last_error_code();
  const char* detail = api.get_last_error_message();
  failure.message = what;
  if (detail != nullptr && *detail != '\0') failure.message += std::string(": ") + detail;
  api.clear_last_error();
  return failure;
}

napi_value MakeError(napi_env env, const Failure& failure) {
  napi_value code = nullptr;
  napi_value message = nullptr;
  napi_value error = nullptr;
  napi_create_string_utf8(env, failure.code, NAPI_AUTO_LENGTH, &code);
  napi_create_string_utf8(env, failure.message.data(), failure.message.size(), &message);
  if (napi_create_error(env, code, message, &error) != napi_ok) return nullptr;
  if (failure.absl != Failure::kNoStatus) {
    napi_value absl = nullptr;
    napi_create_int32(env, failure.absl, &absl);
    napi_set_named_property(env, error, "absl", absl);
  }
  return error;
}

napi_value Throw(napi_env env, const Failure& failure) {
  bool pending = false;
  napi_is_exception_pending(env, &pending);
  if (pending) return nullptr;
  napi_value error = MakeError(env, failure);
  if (error != nullptr) napi_throw(env, error);
  return nullptr;
}

}  // namespace sotto
