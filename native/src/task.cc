#include "task.h"

#include <utility>

namespace sotto {

napi_value Task::StartPromise(napi_env env, Work work, Done done) {
  auto task = std::make_unique<Task>();
  napi_value promise = nullptr;
  if (napi_create_promise(env, &task->deferred_, &promise) != napi_ok) return nullptr;
  task->work_ = std::move(work);
  task->done_ = std::move(done);
  Queue(env, std::move(task));
  return promise;
}

void Task::Start(napi_env env, Work work, Done done) {
  auto task = std::make_unique<Task>();
  task->work_ = std::move(work);
  task->done_ = std::move(done);
  Queue(env, std::move(task));
}

bool Task::Queue(napi_env env, std::unique_ptr<Task> task) {
  napi_value name = nullptr;
  napi_create_string_utf8(env, "sotto.task", NAPI_AUTO_LENGTH, &name);
  Task* raw = task.get();
  if (napi_create_async_work(env, nullptr, name, Execute, Complete, raw, &raw->handle_) != napi_ok ||
      napi_queue_async_work(env, raw->handle_) != napi_ok) {
    // Only in an environment that is closing: do the work here, so that nothing is left half done.
    Execute(env, raw);
    Complete(env, napi_ok, task.release());
    return false;
  }
  task.release();
  return true;
}

void Task::Execute(napi_env, void* data) {
  auto* task = static_cast<Task*>(data);
  task->failure_ = task->work_();
  // The work may hold the last reference to a conversation: let it go here, off the event loop.
  task->work_ = nullptr;
}

void Task::Complete(napi_env env, napi_status, void* data) {
  const std::unique_ptr<Task> task(static_cast<Task*>(data));
  napi_handle_scope scope = nullptr;
  napi_open_handle_scope(env, &scope);
  napi_value result = task->done_(env, task->failure_);
  task->Settle(env, result);
  if (task->handle_ != nullptr) napi_delete_async_work(env, task->handle_);
  if (scope != nullptr) napi_close_handle_scope(env, scope);
}

void Task::Settle(napi_env env, napi_value result) {
  if (deferred_ == nullptr) return;
  // In a closing environment these calls fail; there is then nobody left to tell.
  if (failure_) {
    napi_value error = MakeError(env, *failure_);
    if (error != nullptr) napi_reject_deferred(env, deferred_, error);
    return;
  }
  if (result == nullptr) napi_get_undefined(env, &result);
  if (result != nullptr) napi_resolve_deferred(env, deferred_, result);
}

}  // namespace sotto
