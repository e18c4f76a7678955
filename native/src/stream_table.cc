#include "stream_table.h"

#include <vector>

#include "token_stream.h"

namespace sotto {

StreamTable& StreamTable::Get() {
  // Never destroyed: LiteRT-LM's threads may call back while the process exits.
  static StreamTable* table = new StreamTable();
  return *table;
}

void* StreamTable::Add(std::shared_ptr<TokenStream> stream) {
  std::lock_guard<std::mutex> lock(mutex_);
  const uintptr_t number = next_++;
  streams_.emplace(number, std::move(stream));
  return reinterpret_cast<void*>(number);
}

void StreamTable::Remove(void* number) {
  std::lock_guard<std::mutex> lock(mutex_);
  streams_.erase(reinterpret_cast<uintptr_t>(number));
}

std::shared_ptr<TokenStream> StreamTable::Find(void* number) {
  std::lock_guard<std::mutex> lock(mutex_);
  const auto found = streams_.find(reinterpret_cast<uintptr_t>(number));
  return found == streams_.end() ? nullptr : found->second;
}

void StreamTable::OnChunk(void* number, void* chunk) {
  StreamTable& table = Get();
  const std::shared_ptr<TokenStream> stream = table.Find(number);
  if (stream != nullptr && stream->Take(chunk)) table.Remove(number);
}

void StreamTable::CancelAllAndWait() {
  std::vector<std::shared_ptr<TokenStream>> running;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    for (const auto& entry : streams_) running.push_back(entry.second);
  }
  const auto deadline = std::chrono::steady_clock::now() + kCloseLimit;
  for (const auto& stream : running) stream->Cancel();
  for (const auto& stream : running) stream->WaitForEnd(deadline);
}

}  // namespace sotto
