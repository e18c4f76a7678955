#ifndef SOTTO_NATIVE_DISPATCHER_H_
#define SOTTO_NATIVE_DISPATCHER_H_

#include <node_api.h>

#include <functional>
#include <memory>
#include <mutex>

namespace sotto {

class TokenStream;

/**
 * The way from any thread to one environment's JavaScript thread. It outlives the environment: once
 * closed, scheduling does nothing, so LiteRT-LM's threads can never call into a dead environment.
 */
class Dispatcher {
 public:
  /** Called on the JavaScript thread with every stream that has news. */
  using Handler = std::function<void(napi_env, const std::shared_ptr<TokenStream>&)>;

  /** Returns null when the environment cannot make one. */
  static std::shared_ptr<Dispatcher> Create(napi_env env, Handler handler);

  /** Any thread. Does not wait. */
  void Schedule(std::shared_ptr<TokenStream> stream);

  /** Keeps the event loop alive while something runs. JavaScript thread. */
  void Hold(napi_env env);
  void Release(napi_env env);

  /** Stops all scheduling for good. */
  void Close();

 private:
  static void CallJs(napi_env env, napi_value function, void* context, void* data);
  static void Finalize(napi_env env, void* data, void* hint);

  std::mutex mutex_;
  napi_threadsafe_function function_ = nullptr;
  Handler handler_;
  int holds_ = 0;
};

}  // namespace sotto

#endif  // SOTTO_NATIVE_DISPATCHER_H_
