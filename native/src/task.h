#ifndef SOTTO_NATIVE_TASK_H_
#define SOTTO_NATIVE_TASK_H_

#include <node_api.h>

#include <functional>
#include <memory>
#include <optional>

#include "failure.h"

namespace sotto {

/**
 * Work off the event loop. Written on the plain C interface, not on Napi::AsyncWorker, because its end
 * must do the bookkeeping even in an environment that is closing and refuses every JavaScript call.
 */
class Task {
 public:
  /** Runs on a pool thread; must not touch JavaScript. */
  using Work = std::function<std::optional<Failure>()>;
  /** Runs on the JavaScript thread, always; its result resolves the promise (null: undefined). */
  using Done = std::function<napi_value(napi_env, const std::optional<Failure>&)>;

  /** Returns a promise that `done` resolves, or that the failure rejects. */
  static napi_value StartPromise(napi_env env, Work work, Done done);

  /** The same with nobody waiting. */
  static void Start(napi_env env, Work work, Done done);

 private:
  static bool Queue(napi_env env, std::unique_ptr<Task> task);
  static void Execute(napi_env env, void* data);
  static void Complete(napi_env env, napi_status status, void* data);
  void Settle(napi_env env, napi_value result);

  Work work_;
  Done done_;
  std::optional<Failure> failure_;
  napi_async_work handle_ = nullptr;
  napi_deferred deferred_ = nullptr;
};

}  // namespace sotto

#endif  // SOTTO_NATIVE_TASK_H_
