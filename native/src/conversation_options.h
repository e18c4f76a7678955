#ifndef SOTTO_NATIVE_CONVERSATION_OPTIONS_H_
#define SOTTO_NATIVE_CONVERSATION_OPTIONS_H_

#include <optional>
#include <string>

#include "litert_lm_api.h"

namespace sotto {

/** What a conversation is made from; kept, because a cancelled first answer makes it anew. */
struct ConversationOptions {
  /** JSON content array: LiteRT-LM parses the system message as JSON, so a bare text would be changed. */
  std::optional<std::string> system_json;
  /** JSON array of messages, oldest first. */
  std::optional<std::string> history_json;
  std::optional<std::string> jinja_template;
  /** 0 means greedy. */
  float temperature = 0;
  int top_k = 1;
  float top_p = 1;
  std::optional<int> seed;
  bool constrained = false;
  std::optional<bool> thinking;
  /** -1 means no limit. */
  int thinking_budget_tokens = -1;
};

/** A LiteRT-LM conversation config made from the options; deleted with this object. */
class ConversationConfig {
 public:
  ConversationConfig(const LitertLmApi& api, const ConversationOptions& options);
  ~ConversationConfig();
  ConversationConfig(const ConversationConfig&) = delete;
  ConversationConfig& operator=(const ConversationConfig&) = delete;

  void* handle() const { return handle_; }

 private:
  void SetSampler(const ConversationOptions& options);
  void SetTexts(const ConversationOptions& options);
  void SetThinking(const ConversationOptions& options);

  const LitertLmApi& api_;
  void* handle_;
};

}  // namespace sotto

#endif  // SOTTO_NATIVE_CONVERSATION_OPTIONS_H_
