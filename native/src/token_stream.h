#ifndef SOTTO_NATIVE_TOKEN_STREAM_H_
#define SOTTO_NATIVE_TOKEN_STREAM_H_

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "dispatcher.h"
#include "litert_lm_api.h"

namespace sotto {

/** How an answer ended. */
enum class StreamEnd { kRunning, kEnd, kCancelled, kError };

/** What has arrived since the last look. */
struct StreamBatch {
  /** JSON messages, each holding the newly generated text. */
  std::vector<std::string> chunks;
  StreamEnd end = StreamEnd::kRunning;
  /** LiteRT-LM's words, when end is kError. */
  std::string error;
};

/**
 * One answer on its way from LiteRT-LM's threads to JavaScript. A chunk is copied at once into a
 * buffer, and one call to the JavaScript thread is scheduled if none is pending: bursts coalesce and
 * inference never waits for JavaScript.
 */
class TokenStream : public std::enable_shared_from_this<TokenStream> {
 public:
  TokenStream(const LitertLmApi& api, std::shared_ptr<Dispatcher> dispatcher);

  /** Takes one chunk; LiteRT-LM's threads. Returns whether it was the terminal one. */
  bool Take(void* chunk);

  /** Ends the stream without a chunk: it could not be started. Any thread. */
  void Abandon();

  /** Says that the conversation generates now; carries out a cancel that came before. */
  void Started(void* conversation);

  /** Asks LiteRT-LM to stop, once, if it has not ended. Any thread; does not wait. */
  void Cancel();

  /** Whether a cancel was asked for: LiteRT-LM may then have poisoned the conversation. */
  bool cancelled() const;

  /** Hands over what has arrived; the JavaScript thread. */
  StreamBatch Drain();

  /** Waits for the terminal chunk. Returns false when the deadline came first. */
  bool WaitForEnd(std::chrono::steady_clock::time_point deadline);

 private:
  void Push(std::string text, StreamEnd end);

  const LitertLmApi& api_;
  const std::shared_ptr<Dispatcher> dispatcher_;
  mutable std::mutex mutex_;
  std::condition_variable ended_;
  StreamBatch buffer_;
  bool pending_ = false;
  bool cancelled_ = false;
  StreamEnd end_ = StreamEnd::kRunning;
  void* conversation_ = nullptr;
};

}  // namespace sotto

#endif  // SOTTO_NATIVE_TOKEN_STREAM_H_
