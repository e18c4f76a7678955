#include "environment.h"

#include <atomic>
#include <chrono>
#include <utility>

#include "stream_table.h"
#include "task.h"

namespace sotto {
namespace {

int64_t NextId() {
  static std::atomic<int64_t> next{1};
  return next++;
}

Failure DeadHandle(const char* what) {
  return Failure{"DEAD_HANDLE", std::string("This ") + what + " does not exist, or no longer"};
}

/** Calls listener(chunks, end); what it throws becomes an uncaught exception, as from any callback. */
void CallListener(napi_env env, napi_ref listener, const StreamBatch& batch, napi_value end) {
  napi_value function = nullptr;
  napi_value undefined = nullptr;
  napi_value arguments[2] = {nullptr, end};
  if (napi_get_reference_value(env, listener, &function) != napi_ok || function == nullptr) return;
  napi_get_undefined(env, &undefined);
  if (napi_create_array_with_length(env, batch.chunks.size(), &arguments[0]) != napi_ok) return;
  for (size_t index = 0; index < batch.chunks.size(); index++) {
    const std::string& chunk = batch.chunks[index];
    napi_value text = nullptr;
    napi_create_string_utf8(env, chunk.data(), chunk.size(), &text);
    napi_set_element(env, arguments[0], static_cast<uint32_t>(index), text);
  }
  if (end == nullptr) napi_get_null(env, &arguments[1]);
  if (napi_call_function(env, undefined, function, 2, arguments, nullptr) != napi_pending_exception) return;
  napi_value exception = nullptr;
  if (napi_get_and_clear_last_exception(env, &exception) == napi_ok) napi_fatal_exception(env, exception);
}

Failure StreamFailure(const std::string& error) {
  const bool too_long = error.find("Input token ids are too long") != std::string::npos;
  return Failure{too_long ? "CONTEXT" : "SEND", error};
}

/** {kind: 'end' | 'cancelled' | 'error', error?} */
napi_value MakeEnd(napi_env env, StreamEnd end, const Failure& failure) {
  napi_value result = nullptr;
  napi_value kind = nullptr;
  if (napi_create_object(env, &result) != napi_ok) return nullptr;
  const char* name = end == StreamEnd::kEnd ? "end" : end == StreamEnd::kCancelled ? "cancelled" : "error";
  napi_create_string_utf8(env, name, NAPI_AUTO_LENGTH, &kind);
  napi_set_named_property(env, result, "kind", kind);
  if (end == StreamEnd::kError) napi_set_named_property(env, result, "error", MakeError(env, failure));
  return result;
}

}  // namespace

bool Environment::Install(napi_env env) {
  auto* environment = new Environment();
  const auto handler = [environment](napi_env js, const std::shared_ptr<TokenStream>& stream) {
    environment->OnNews(js, stream);
  };
  environment->dispatcher_ = Dispatcher::Create(env, handler);
  const auto finalize = [](napi_env, void* data, void*) { delete static_cast<Environment*>(data); };
  return environment->dispatcher_ != nullptr &&
         napi_set_instance_data(env, environment, finalize, nullptr) == napi_ok &&
         napi_add_env_cleanup_hook(env, OnCleanup, environment) == napi_ok;
}

Environment* Environment::Of(napi_env env) {
  void* data = nullptr;
  napi_get_instance_data(env, &data);
  return static_cast<Environment*>(data);
}

int64_t Environment::AddEngine(std::shared_ptr<Engine> engine) {
  auto entry = std::make_shared<EngineEntry>();
  entry->engine = std::move(engine);
  const int64_t id = NextId();
  engines_.emplace(id, std::move(entry));
  return id;
}

std::shared_ptr<EngineEntry> Environment::FindEngine(int64_t id, std::optional<Failure>* failure) {
  const auto found = engines_.find(id);
  if (found != engines_.end()) return found->second;
  *failure = DeadHandle("engine");
  return nullptr;
}

int64_t Environment::AddConversation(std::shared_ptr<EngineEntry> engine, std::shared_ptr<Conversation> conversation) {
  auto entry = std::make_shared<ConversationEntry>();
  entry->engine = std::move(engine);
  entry->conversation = std::move(conversation);
  const int64_t id = NextId();
  conversations_.emplace(id, std::move(entry));
  return id;
}

std::shared_ptr<ConversationEntry> Environment::FindConversation(int64_t id, std::optional<Failure>* failure) {
  const auto found = conversations_.find(id);
  if (found != conversations_.end()) return found->second;
  *failure = DeadHandle("conversation");
  return nullptr;
}

std::shared_ptr<ConversationEntry> Environment::FindIdle(int64_t id, std::optional<Failure>* failure) {
  std::shared_ptr<ConversationEntry> entry = FindConversation(id, failure);
  if (entry == nullptr || !entry->busy) return entry;
  *failure = Failure{"BUSY", "This conversation is still busy with another call"};
  return nullptr;
}

int64_t Environment::AddSpeech(std::shared_ptr<SpeechEntry> entry) {
  const int64_t id = NextId();
  speech_.emplace(id, std::move(entry));
  return id;
}

std::shared_ptr<SpeechEntry> Environment::FindSpeech(int64_t id, std::optional<Failure>* failure) {
  const auto found = speech_.find(id);
  if (found != speech_.end()) return found->second;
  *failure = DeadHandle("speech model");
  return nullptr;
}

int64_t Environment::AddTensors(std::shared_ptr<TensorEntry> entry) {
  const int64_t id = NextId();
  tensors_.emplace(id, std::move(entry));
  return id;
}

std::shared_ptr<TensorEntry> Environment::FindTensors(int64_t id, std::optional<Failure>* failure) {
  const auto found = tensors_.find(id);
  if (found != tensors_.end()) return found->second;
  *failure = DeadHandle("model");
  return nullptr;
}

napi_value Environment::DeleteConversation(napi_env env, int64_t id, const std::shared_ptr<ConversationEntry>& entry) {
  napi_value promise = nullptr;
  if (napi_create_promise(env, &entry->deletion, &promise) != napi_ok) return nullptr;
  entry->retired = true;
  retired_.emplace(entry.get(), entry);
  conversations_.erase(id);
  // A conversation that generates would block its deletion until it has finished.
  if (entry->stream != nullptr) entry->stream->Cancel();
  if (!entry->busy) StartDeletion(env, entry);
  return promise;
}

void Environment::StartDeletion(napi_env env, const std::shared_ptr<ConversationEntry>& entry) {
  auto work = [entry]() -> std::optional<Failure> {
    entry->conversation.reset();
    return std::nullopt;
  };
  Task::Start(env, work, [this, entry](napi_env js, const std::optional<Failure>&) -> napi_value {
    retired_.erase(entry.get());
    entry->engine->users--;
    napi_value undefined = nullptr;
    if (napi_get_undefined(js, &undefined) == napi_ok) napi_resolve_deferred(js, entry->deletion, undefined);
    return nullptr;
  });
}

void Environment::BecomeIdle(napi_env env, const std::shared_ptr<ConversationEntry>& entry) {
  entry->busy = false;
  if (entry->retired) StartDeletion(env, entry);
}

std::shared_ptr<TokenStream> Environment::BeginStream(napi_env env, const std::shared_ptr<ConversationEntry>& entry,
                                                      napi_value listener) {
  if (napi_create_reference(env, listener, 1, &entry->listener) != napi_ok) return nullptr;
  entry->busy = true;
  entry->started = false;
  entry->has_news = false;
  entry->stream = std::make_shared<TokenStream>(entry->conversation->engine()->api(), dispatcher_);
  entry->engine->streams++;
  streaming_.emplace(entry->stream.get(), entry);
  dispatcher_->Hold(env);
  return entry->stream;
}

void Environment::StreamStarted(napi_env env, const std::shared_ptr<ConversationEntry>& entry, bool started) {
  if (!started) {
    EndStream(env, entry);
    BecomeIdle(env, entry);
    return;
  }
  entry->started = true;
  if (entry->has_news) OnNews(env, entry->stream);
}

void Environment::OnNews(napi_env env, const std::shared_ptr<TokenStream>& stream) {
  const auto found = streaming_.find(stream.get());
  if (found == streaming_.end()) return;
  const std::shared_ptr<ConversationEntry> entry = found->second;
  // A quick answer may overtake the call that starts it; that call still uses the conversation.
  entry->has_news = !entry->started;
  if (!entry->started) return;
  const StreamBatch batch = stream->Drain();
  if (!batch.chunks.empty()) CallListener(env, entry->listener, batch, nullptr);
  if (batch.end != StreamEnd::kRunning) Settle(env, entry, batch);
}

void Environment::Settle(napi_env env, const std::shared_ptr<ConversationEntry>& entry, const StreamBatch& batch) {
  // A cancel that came together with the last token has poisoned the conversation all the same.
  const StreamEnd end = entry->stream->cancelled() ? StreamEnd::kCancelled : batch.end;
  const bool keep = end == StreamEnd::kEnd;
  auto work = [entry, keep]() -> std::optional<Failure> {
    if (entry->retired) return std::nullopt;
    return entry->conversation->Settle(keep);
  };
  const Failure stream_failure = StreamFailure(batch.error);
  Task::Start(env, work, [this, entry, end, stream_failure](napi_env js, const std::optional<Failure>& failure) {
    napi_ref listener = std::exchange(entry->listener, nullptr);
    EndStream(js, entry);
    BecomeIdle(js, entry);
    napi_value value = MakeEnd(js, failure ? StreamEnd::kError : end, failure ? *failure : stream_failure);
    CallListener(js, listener, StreamBatch{}, value);
    napi_delete_reference(js, listener);
    return static_cast<napi_value>(nullptr);
  });
}

void Environment::EndStream(napi_env env, const std::shared_ptr<ConversationEntry>& entry) {
  if (entry->listener != nullptr) napi_delete_reference(env, std::exchange(entry->listener, nullptr));
  streaming_.erase(entry->stream.get());
  entry->stream.reset();
  entry->engine->streams--;
  dispatcher_->Release(env);
}

void Environment::OnCleanup(void* data) { static_cast<Environment*>(data)->Close(); }

void Environment::Close() {
  dispatcher_->Close();
  for (const auto& entry : streaming_) entry.second->stream->Cancel();
  const auto deadline = std::chrono::steady_clock::now() + StreamTable::kCloseLimit;
  for (const auto& entry : streaming_) {
    if (entry.second->stream->WaitForEnd(deadline)) continue;
    // Deleting it now could block for minutes. Its environment is gone, so nobody misses the memory.
    new std::shared_ptr<Conversation>(entry.second->conversation);
  }
  // Calls that still work on these hold references of their own.
  for (const auto& entry : speech_) entry.second->cancel = true;
  speech_.clear();
  tensors_.clear();
  streaming_.clear();
  retired_.clear();
  conversations_.clear();
  engines_.clear();
}

}  // namespace sotto
