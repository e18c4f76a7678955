#ifndef SOTTO_NATIVE_FAILURE_H_
#define SOTTO_NATIVE_FAILURE_H_

#include <node_api.h>

#include <string>

#include "litert_lm_api.h"

namespace sotto {

/** Why a call failed: a stable code (see binding-types.ts), LiteRT-LM's status if any, and words. */
struct Failure {
  static constexpr int kNoStatus = -1;

  const char* code = nullptr;
  std::string message;
  int absl = kNoStatus;
};

/**
 * Reads LiteRT-LM's error of this thread. Call it right after the failing call, on the same thread:
 * the error is thread-local and a later success does not clear it.
 */
Failure LastFailure(const LitertLmApi& api, const char* code, const std::string& what);

/** A JavaScript Error with `code` and, when known, `absl`. Null when the environment is going away. */
napi_value MakeError(napi_env env, const Failure& failure);

/** Throws the failure, unless an exception is pending already. Returns null, to be returned at once. */
napi_value Throw(napi_env env, const Failure& failure);

}  // namespace sotto

#endif  // SOTTO_NATIVE_FAILURE_H_
