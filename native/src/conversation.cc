#include "conversation.h"

#include <utility>

#include "stream_table.h"

namespace sotto {

std::shared_ptr<Conversation> Conversation::Create(std::shared_ptr<Engine> engine, ConversationOptions options,
                                                   std::optional<Failure>* failure) {
  std::shared_ptr<Conversation> conversation(new Conversation(std::move(engine), std::move(options)));
  conversation->handle_ = conversation->CreateHandle();
  if (conversation->handle_ != nullptr) return conversation;
  *failure = LastFailure(conversation->api_, "CONVERSATION_CREATE", "The conversation could not be created");
  return nullptr;
}

Conversation::~Conversation() {
  Delete(&spare_);
  Delete(&handle_);
}

void* Conversation::CreateHandle() const {
  const ConversationConfig config(api_, options_);
  return config.handle() == nullptr ? nullptr : api_.conversation_create(engine_->handle(), config.handle());
}

void Conversation::Delete(void** handle) {
  if (*handle != nullptr) api_.conversation_delete(*handle);
  *handle = nullptr;
}

std::shared_ptr<Conversation> Conversation::Clone(const std::string& history_json,
                                                  std::optional<Failure>* failure) const {
  std::shared_ptr<Conversation> clone(new Conversation(engine_, options_));
  clone->options_.history_json = history_json;
  clone->completed_sends_ = completed_sends_;
  clone->token_count_ = token_count_;
  clone->handle_ = CanClone() ? api_.conversation_clone(handle_) : clone->CreateHandle();
  if (clone->handle_ != nullptr) return clone;
  *failure = LastFailure(api_, "CONVERSATION_CREATE", "The conversation could not be cloned");
  return nullptr;
}

std::optional<Failure> Conversation::MakeAnew() {
  Delete(&handle_);
  handle_ = CreateHandle();
  used_ = false;
  if (handle_ != nullptr) return std::nullopt;
  return LastFailure(api_, "CONVERSATION_CREATE", "The conversation could not be made anew");
}

std::optional<Failure> Conversation::Prepare(bool constrained) {
  const bool stale = bound_ && !constrained;
  if (engine_->growing_cache()) {
    const bool current = engine_->Enter(this);
    return (current && !stale) || !used_ ? std::nullopt : MakeAnew();
  }
  if (!CanClone()) return std::nullopt;
  spare_ = api_.conversation_clone(handle_);
  if (stale && spare_ != nullptr) {
    // A clone has the turns without the constraint.
    Delete(&handle_);
    handle_ = std::exchange(spare_, nullptr);
    spare_ = api_.conversation_clone(handle_);
  }
  if (spare_ != nullptr) return std::nullopt;
  return LastFailure(api_, "SEND", "The conversation could not be kept for a cancel");
}

std::optional<Failure> Conversation::Start(const std::string& message_json, const std::string& history_json,
                                           const SendOptions& options,
                                           const std::shared_ptr<TokenStream>& stream) {
  options_.history_json = history_json;
  const std::optional<Failure> unprepared = Prepare(options.constraint_type != 0);
  if (unprepared) return unprepared;
  used_ = true;
  bound_ = options.constraint_type != 0;
  const SendArguments arguments(api_, options);
  void* number = StreamTable::Get().Add(stream);
  const int status = api_.conversation_send_message_stream(handle_, message_json.c_str(), "{}",
                                                           arguments.handle(), StreamTable::OnChunk, number);
  if (status == 0) {
    stream->Started(handle_);
    return std::nullopt;
  }
  const char* code = options.constraint_type == 0 ? "SEND" : "CONSTRAINT";
  Failure failure = LastFailure(api_, code, "The message could not be sent");
  StreamTable::Get().Remove(number);
  stream->Abandon();
  const std::optional<Failure> unsettled = Settle(false);
  return unsettled ? unsettled : failure;
}

std::optional<Failure> Conversation::Settle(bool keep) {
  if (keep) {
    completed_sends_++;
    token_count_ = api_.conversation_get_token_count(handle_);
    Delete(&spare_);
    return std::nullopt;
  }
  // What takes over was never sent to.
  bound_ = false;
  if (spare_ == nullptr) return MakeAnew();
  Delete(&handle_);
  handle_ = std::exchange(spare_, nullptr);
  return std::nullopt;
}

std::optional<Failure> Conversation::Render(const std::string& message_json, std::string* text) const {
  const char* rendered = api_.conversation_render_message_to_string(handle_, message_json.c_str());
  if (rendered == nullptr) return LastFailure(api_, "ARGUMENT", "The message could not be rendered");
  // The text belongs to the conversation until its next call.
  *text = rendered;
  return std::nullopt;
}

std::optional<BenchmarkFigures> Conversation::Benchmark() const {
  void* info = api_.conversation_get_benchmark_info(handle_);
  if (info == nullptr) {
    api_.clear_last_error();
    return std::nullopt;
  }
  std::optional<BenchmarkFigures> figures;
  const int prefill = api_.benchmark_info_get_num_prefill_turns(info) - 1;
  const int decode = api_.benchmark_info_get_num_decode_turns(info) - 1;
  if (prefill >= 0 && decode >= 0) {
    figures.emplace();
    figures->init_seconds = api_.benchmark_info_get_total_init_time_in_second(info);
    figures->time_to_first_token_seconds = api_.benchmark_info_get_time_to_first_token(info);
    figures->prefill_tokens = api_.benchmark_info_get_prefill_token_count_at(info, prefill);
    figures->prefill_tokens_per_second = api_.benchmark_info_get_prefill_tokens_per_sec_at(info, prefill);
    figures->decode_tokens = api_.benchmark_info_get_decode_token_count_at(info, decode);
    figures->decode_tokens_per_second = api_.benchmark_info_get_decode_tokens_per_sec_at(info, decode);
  }
  api_.benchmark_info_delete(info);
  return figures;
}

}  // namespace sotto
