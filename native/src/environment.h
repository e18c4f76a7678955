#ifndef SOTTO_NATIVE_ENVIRONMENT_H_
#define SOTTO_NATIVE_ENVIRONMENT_H_

#include <node_api.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "conversation.h"
#include "dispatcher.h"
#include "engine.h"
#include "failure.h"
#include "speech_entry.h"
#include "token_stream.h"

namespace sotto {

/** A loaded engine of this environment. */
struct EngineEntry {
  std::shared_ptr<Engine> engine;
  /** Conversations that exist or are being made. */
  int users = 0;
  int streams = 0;
};

/** A conversation of this environment and what it is doing. */
struct ConversationEntry {
  std::shared_ptr<EngineEntry> engine;
  std::shared_ptr<Conversation> conversation;
  /** A send, a clone or a deletion is under way. */
  bool busy = false;
  /** To be deleted as soon as it is idle; its handle is dead already. */
  napi_deferred deletion = nullptr;
  bool retired = false;

  // Of the running send:
  std::shared_ptr<TokenStream> stream;
  napi_ref listener = nullptr;
  bool started = false;
  bool has_news = false;
};

/**
 * The handles of one Node environment (the main thread or a worker). JavaScript holds numbers, never
 * pointers; numbers are never used twice in a process, so a dead one, or one of another environment,
 * is simply not found. JavaScript thread only.
 */
class Environment {
 public:
  /** Makes the environment's instance data and its cleanup hook. Returns false when that fails. */
  static bool Install(napi_env env);
  static Environment* Of(napi_env env);

  int64_t AddEngine(std::shared_ptr<Engine> engine);
  std::shared_ptr<EngineEntry> FindEngine(int64_t id, std::optional<Failure>* failure);
  void RemoveEngine(int64_t id) { engines_.erase(id); }

  int64_t AddConversation(std::shared_ptr<EngineEntry> engine, std::shared_ptr<Conversation> conversation);
  std::shared_ptr<ConversationEntry> FindConversation(int64_t id, std::optional<Failure>* failure);
  /** The same, but BUSY while the conversation is doing something. */
  std::shared_ptr<ConversationEntry> FindIdle(int64_t id, std::optional<Failure>* failure);

  int64_t AddSpeech(std::shared_ptr<SpeechEntry> entry);
  std::shared_ptr<SpeechEntry> FindSpeech(int64_t id, std::optional<Failure>* failure);
  void RemoveSpeech(int64_t id) { speech_.erase(id); }

  int64_t AddTensors(std::shared_ptr<TensorEntry> entry);
  std::shared_ptr<TensorEntry> FindTensors(int64_t id, std::optional<Failure>* failure);
  void RemoveTensors(int64_t id) { tensors_.erase(id); }

  /** Makes the handle dead at once, stops its answer, and deletes it off the event loop. */
  napi_value DeleteConversation(napi_env env, int64_t id, const std::shared_ptr<ConversationEntry>& entry);

  /** Marks the end of whatever kept the conversation busy. */
  void BecomeIdle(napi_env env, const std::shared_ptr<ConversationEntry>& entry);

  /** Begins a send: the listener is called with (chunks, null) as text comes, then ([], end). */
  std::shared_ptr<TokenStream> BeginStream(napi_env env, const std::shared_ptr<ConversationEntry>& entry,
                                           napi_value listener);
  /** After the answer was started, or could not be. */
  void StreamStarted(napi_env env, const std::shared_ptr<ConversationEntry>& entry, bool started);

 private:
  static void OnCleanup(void* data);
  void OnNews(napi_env env, const std::shared_ptr<TokenStream>& stream);
  void Settle(napi_env env, const std::shared_ptr<ConversationEntry>& entry, const StreamBatch& batch);
  void EndStream(napi_env env, const std::shared_ptr<ConversationEntry>& entry);
  void StartDeletion(napi_env env, const std::shared_ptr<ConversationEntry>& entry);
  void Close();

  std::shared_ptr<Dispatcher> dispatcher_;
  std::unordered_map<int64_t, std::shared_ptr<EngineEntry>> engines_;
  std::unordered_map<int64_t, std::shared_ptr<ConversationEntry>> conversations_;
  std::unordered_map<int64_t, std::shared_ptr<SpeechEntry>> speech_;
  std::unordered_map<int64_t, std::shared_ptr<TensorEntry>> tensors_;
  std::unordered_map<TokenStream*, std::shared_ptr<ConversationEntry>> streaming_;
  /** Kept here until deleted, so that a closing environment finds them. */
  std::unordered_map<ConversationEntry*, std::shared_ptr<ConversationEntry>> retired_;
};

}  // namespace sotto

#endif  // SOTTO_NATIVE_ENVIRONMENT_H_
