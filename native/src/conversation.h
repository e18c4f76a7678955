#ifndef SOTTO_NATIVE_CONVERSATION_H_
#define SOTTO_NATIVE_CONVERSATION_H_

#include <memory>
#include <optional>
#include <string>

#include "conversation_options.h"
#include "engine.h"
#include "failure.h"
#include "send_options.h"
#include "token_stream.h"

namespace sotto {

/** Figures of the last turn, as LiteRT-LM measured them. */
struct BenchmarkFigures {
  double init_seconds = 0;
  double time_to_first_token_seconds = 0;
  int prefill_tokens = 0;
  double prefill_tokens_per_second = 0;
  int decode_tokens = 0;
  double decode_tokens_per_second = 0;
};

/**
 * A conversation that survives cancelling. LiteRT-LM's own does not: once cancelled, every later send
 * on it ends at once. So a spare is cloned before each send and takes over after a cancelled or failed
 * one. Before the first send there is nothing to clone, and with a growing cache a clone is of no use:
 * then the conversation is made anew from its history, which is read again with the next send.
 *
 * One user at a time, kept by the caller: nothing here locks. Everything but token_count, Render
 * and Benchmark takes time and belongs off the event loop, the destructor too.
 */
class Conversation {
 public:
  static std::shared_ptr<Conversation> Create(std::shared_ptr<Engine> engine, ConversationOptions options,
                                              std::optional<Failure>* failure);

  ~Conversation();
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;

  const std::shared_ptr<Engine>& engine() const { return engine_; }

  /** A conversation with the same context. Returns null and fills the failure. `history_json` as in Start. */
  std::shared_ptr<Conversation> Clone(const std::string& history_json, std::optional<Failure>* failure) const;

  /**
   * Starts an answer. On failure the conversation is as it was.
   * @param history_json all turns so far as a JSON array of messages, to make the conversation anew from
   */
  std::optional<Failure> Start(const std::string& message_json, const std::string& history_json,
                               const SendOptions& options,
                               const std::shared_ptr<TokenStream>& stream);

  /** After the terminal chunk: keeps the turn, or goes back to where the send began. */
  std::optional<Failure> Settle(bool keep);

  /** Tokens in the context after the last completed turn. */
  int token_count() const { return token_count_; }

  std::optional<Failure> Render(const std::string& message_json, std::string* text) const;
  /** Empty before the first completed turn. */
  std::optional<BenchmarkFigures> Benchmark() const;

 private:
  Conversation(std::shared_ptr<Engine> engine, ConversationOptions options)
      : engine_(std::move(engine)), api_(engine_->api()), options_(std::move(options)) {}

  bool CanClone() const { return completed_sends_ > 0 && !engine_->growing_cache(); }
  std::optional<Failure> Prepare(bool constrained);
  std::optional<Failure> MakeAnew();
  void* CreateHandle() const;
  void Delete(void** handle);

  const std::shared_ptr<Engine> engine_;
  const LitertLmApi& api_;
  ConversationOptions options_;
  void* handle_ = nullptr;
  void* spare_ = nullptr;
  /** Cloning before the first completed send has been broken in LiteRT-LM. */
  int completed_sends_ = 0;
  /** Whether handle_ has been sent to since it was made, so that the engine has held its state. */
  bool used_ = false;
  /** Whether the last send on handle_ had a constraint: LiteRT-LM 0.18.1 would keep every later answer to it. */
  bool bound_ = false;
  int token_count_ = 0;
};

}  // namespace sotto

#endif  // SOTTO_NATIVE_CONVERSATION_H_
