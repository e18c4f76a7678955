#include "dispatcher.h"

#include <utility>

#include "token_stream.h"

namespace sotto {

std::shared_ptr<Dispatcher> Dispatcher::Create(napi_env env, Handler handler) {
  auto dispatcher = std::make_shared<Dispatcher>();
  dispatcher->handler_ = std::move(handler);
  napi_value name = nullptr;
  if (napi_create_string_utf8(env, "sotto.stream", NAPI_AUTO_LENGTH, &name) != napi_ok) return nullptr;
  // The function holds a reference until it is finalized, so the context pointer stays good.
  auto* held = new std::shared_ptr<Dispatcher>(dispatcher);
  const napi_status status = napi_create_threadsafe_function(env, nullptr, nullptr, name, 0, 1, held, Finalize,
                                                             dispatcher.get(), CallJs, &dispatcher->function_);
  if (status != napi_ok) {
    delete held;
    return nullptr;
  }
  napi_unref_threadsafe_function(env, dispatcher->function_);
  return dispatcher;
}

void Dispatcher::Schedule(std::shared_ptr<TokenStream> stream) {
  auto* data = new std::shared_ptr<TokenStream>(std::move(stream));
  std::lock_guard<std::mutex> lock(mutex_);
  if (function_ == nullptr || napi_call_threadsafe_function(function_, data, napi_tsfn_nonblocking) != napi_ok) {
    delete data;
  }
}

void Dispatcher::Hold(napi_env env) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (holds_++ == 0 && function_ != nullptr) napi_ref_threadsafe_function(env, function_);
}

void Dispatcher::Release(napi_env env) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (--holds_ == 0 && function_ != nullptr) napi_unref_threadsafe_function(env, function_);
}

void Dispatcher::Close() {
  std::lock_guard<std::mutex> lock(mutex_);
  function_ = nullptr;
}

void Dispatcher::CallJs(napi_env env, napi_value, void* context, void* data) {
  const std::unique_ptr<std::shared_ptr<TokenStream>> stream(static_cast<std::shared_ptr<TokenStream>*>(data));
  // A null environment means that it is closing and the queue is only being emptied.
  if (env != nullptr) static_cast<Dispatcher*>(context)->handler_(env, *stream);
}

void Dispatcher::Finalize(napi_env, void* data, void*) {
  const std::unique_ptr<std::shared_ptr<Dispatcher>> held(static_cast<std::shared_ptr<Dispatcher>*>(data));
  (*held)->Close();
}

}  // namespace sotto
