#ifndef SOTTO_NATIVE_CALL_HELPERS_H_
#define SOTTO_NATIVE_CALL_HELPERS_H_

#include <napi.h>

#include <optional>

#include "failure.h"

namespace sotto {

/** Throws the failure; for calls that answer at once. */
inline Napi::Value ThrowFailure(napi_env env, const Failure& failure) {
  Throw(env, failure);
  return Napi::Value();
}

/** A promise rejected with the failure, or with the exception that reading the arguments raised. */
inline Napi::Value RejectFailure(napi_env env, const Failure& failure) {
  bool pending = false;
  napi_value error = nullptr;
  napi_is_exception_pending(env, &pending);
  if (pending) {
    napi_get_and_clear_last_exception(env, &error);
  } else {
    error = MakeError(env, failure);
  }
  napi_deferred deferred = nullptr;
  napi_value promise = nullptr;
  if (napi_create_promise(env, &deferred, &promise) != napi_ok) return Napi::Value();
  napi_reject_deferred(env, deferred, error);
  return Napi::Value(env, promise);
}

/** A JavaScript number for a handle. */
inline napi_value MakeId(napi_env env, int64_t id) {
  napi_value value = nullptr;
  napi_create_int64(env, id, &value);
  return value;
}

}  // namespace sotto

#endif  // SOTTO_NATIVE_CALL_HELPERS_H_
