#ifndef SOTTO_NATIVE_STREAM_TABLE_H_
#define SOTTO_NATIVE_STREAM_TABLE_H_

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace sotto {

class TokenStream;

/**
 * Every running stream of the process by number. LiteRT-LM is given the number in place of a pointer:
 * a late callback then finds nothing, where a pointer would be used after it was freed.
 */
class StreamTable {
 public:
  /** How long a closing environment or process waits for cancelled streams. */
  static constexpr std::chrono::seconds kCloseLimit{5};

  static StreamTable& Get();

  /** Returns the number to hand to LiteRT-LM as callback data; never 0. */
  void* Add(std::shared_ptr<TokenStream> stream);

  void Remove(void* number);

  /** The callback for LiteRT-LM; runs on its threads. Forgets the stream after its terminal chunk. */
  static void OnChunk(void* number, void* chunk);

  /** Cancels whatever still runs and waits at most kCloseLimit: for the end of the process. */
  void CancelAllAndWait();

 private:
  std::shared_ptr<TokenStream> Find(void* number);

  std::mutex mutex_;
  uintptr_t next_ = 1;
  std::unordered_map<uintptr_t, std::shared_ptr<TokenStream>> streams_;
};

}  // namespace sotto

#endif  // SOTTO_NATIVE_STREAM_TABLE_H_
