#include "token_stream.h"

#include <utility>

namespace sotto {
namespace {

bool StartsWith(const std::string& text, const char* prefix) { return text.rfind(prefix, 0) == 0; }

StreamEnd EndOfError(const std::string& error) {
  // The status code is only in the text. Reaching a limit is an outcome, not an error.
  if (StartsWith(error, "CANCELLED")) return StreamEnd::kCancelled;
  if (error.find("Max number of tokens reached") != std::string::npos) return StreamEnd::kEnd;
  return StreamEnd::kError;
}

}  // namespace

TokenStream::TokenStream(const LitertLmApi& api, std::shared_ptr<Dispatcher> dispatcher)
    : api_(api), dispatcher_(std::move(dispatcher)) {}

bool TokenStream::Take(void* chunk) {
  const char* error = api_.stream_chunk_get_error(chunk);
  if (error != nullptr && *error != '\0') {
    std::string text = error;
    const StreamEnd end = EndOfError(text);
    Push(std::move(text), end);
    return true;
  }
  const bool final = api_.stream_chunk_is_final(chunk);
  const char* text = api_.stream_chunk_get_text(chunk);
  Push(text == nullptr ? std::string() : std::string(text), final ? StreamEnd::kEnd : StreamEnd::kRunning);
  return final;
}

void TokenStream::Push(std::string text, StreamEnd end) {
  bool schedule = false;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (end_ != StreamEnd::kRunning) return;
    const bool failed = end == StreamEnd::kError || end == StreamEnd::kCancelled;
    if (failed) {
      buffer_.error = std::move(text);
    } else if (!text.empty() && text.front() == '{') {
      buffer_.chunks.push_back(std::move(text));
    }
    end_ = end;
    buffer_.end = end;
    // An empty chunk before the end tells JavaScript nothing.
    schedule = !pending_ && (end != StreamEnd::kRunning || !buffer_.chunks.empty());
    pending_ = pending_ || schedule;
    if (end != StreamEnd::kRunning) ended_.notify_all();
  }
  if (schedule) dispatcher_->Schedule(shared_from_this());
}

void TokenStream::Abandon() {
  std::lock_guard<std::mutex> lock(mutex_);
  if (end_ == StreamEnd::kRunning) end_ = StreamEnd::kError;
  ended_.notify_all();
}

void TokenStream::Started(void* conversation) {
  bool cancel = false;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    conversation_ = conversation;
    cancel = cancelled_ && end_ == StreamEnd::kRunning;
  }
  // Outside the lock: LiteRT-LM may deliver the terminal chunk from within the call.
  if (cancel) api_.conversation_cancel_process(conversation);
}

void TokenStream::Cancel() {
  void* conversation = nullptr;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (cancelled_ || end_ != StreamEnd::kRunning) return;
    cancelled_ = true;
    conversation = conversation_;
  }
  if (conversation != nullptr) api_.conversation_cancel_process(conversation);
}

bool TokenStream::cancelled() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return cancelled_;
}

StreamBatch TokenStream::Drain() {
  std::lock_guard<std::mutex> lock(mutex_);
  pending_ = false;
  return std::exchange(buffer_, StreamBatch{});
}

bool TokenStream::WaitForEnd(std::chrono::steady_clock::time_point deadline) {
  std::unique_lock<std::mutex> lock(mutex_);
  return ended_.wait_until(lock, deadline, [this] { return end_ != StreamEnd::kRunning; });
}

}  // namespace sotto
