#include "conversation_options.h"

namespace sotto {
namespace {

constexpr int kSamplerTopP = 2;
constexpr int kLlGuidance = 1;

}  // namespace

ConversationConfig::ConversationConfig(const LitertLmApi& api, const ConversationOptions& options)
    : api_(api), handle_(api.conversation_config_create()) {
  if (handle_ == nullptr) return;
  SetSampler(options);
  SetTexts(options);
  SetThinking(options);
  if (options.constrained) {
    api_.conversation_config_set_enable_constrained_decoding(handle_, true);
    api_.conversation_config_set_constraint_provider(handle_, &kLlGuidance);
  }
}

ConversationConfig::~ConversationConfig() {
  if (handle_ != nullptr) api_.conversation_config_delete(handle_);
}

void ConversationConfig::SetSampler(const ConversationOptions& options) {
  const bool greedy = options.temperature == 0;
  // Never the greedy type: the CPU backend does not implement it, and every send would fail. The best
  // token of one is the same. The top-p sampler first keeps the top k, so it honours both.
  void* sampler = api_.sampler_params_create(kSamplerTopP);
  api_.sampler_params_set_top_k(sampler, greedy ? 1 : options.top_k);
  api_.sampler_params_set_top_p(sampler, greedy ? 1 : options.top_p);
  api_.sampler_params_set_temperature(sampler, greedy ? 1 : options.temperature);
  if (options.seed) api_.sampler_params_set_seed(sampler, *options.seed);
  void* session = api_.session_config_create();
  api_.session_config_set_sampler_params(session, sampler);
  api_.conversation_config_set_session_config(handle_, session);
  // Setters copy.
  api_.sampler_params_delete(sampler);
  api_.session_config_delete(session);
}

void ConversationConfig::SetTexts(const ConversationOptions& options) {
  if (options.system_json) {
    api_.conversation_config_set_system_message(handle_, options.system_json->c_str());
  }
  if (options.history_json) api_.conversation_config_set_messages(handle_, options.history_json->c_str());
  if (options.jinja_template) {
    api_.conversation_config_set_prompt_template(handle_, options.jinja_template->c_str());
  }
}

void ConversationConfig::SetThinking(const ConversationOptions& options) {
  if (!options.thinking) return;
  void* thinking = api_.thinking_config_create();
  api_.thinking_config_set_enable_thinking(thinking, *options.thinking);
  api_.thinking_config_set_thinking_token_budget(thinking, options.thinking_budget_tokens);
  api_.conversation_config_set_thinking_config(handle_, thinking);
  api_.thinking_config_delete(thinking);
}

}  // namespace sotto
