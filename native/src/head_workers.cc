#include "head_workers.h"

#if defined(__x86_64__) || defined(_M_X64)
#include <immintrin.h>
#endif

namespace sotto {
namespace {

/** About 100 microseconds: the time between two attentions of one step. */
constexpr int kLooks = 2000;

inline void Pause() {
#if defined(__x86_64__) || defined(_M_X64)
  _mm_pause();
#else
  std::this_thread::yield();
#endif
}

}  // namespace

HeadWorkers::HeadWorkers(int count) {
  for (int worker = 1; worker < count; worker++) threads_.emplace_back([this, worker] { Loop(worker); });
}

HeadWorkers::~HeadWorkers() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    ends_ = true;
    round_++;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void HeadWorkers::TakeHeads(int worker) {
  for (int head = next_head_++; head < heads_; head = next_head_++) (*work_)(head, worker);
}

void HeadWorkers::Run(int heads, const Work& work) {
  if (threads_.empty()) {
    for (int head = 0; head < heads; head++) work(head, 0);
    return;
  }
  {
    std::lock_guard<std::mutex> lock(mutex_);
    work_ = &work;
    heads_ = heads;
    next_head_ = 0;
    busy_ = static_cast<int>(threads_.size());
    round_++;
  }
  wake_.notify_all();
  TakeHeads(0);
  for (int look = 0; busy_.load(std::memory_order_acquire) > 0; look++) {
    if (look < kLooks) {
      Pause();
    } else {
      std::this_thread::yield();
    }
  }
}

void HeadWorkers::Loop(int worker) {
  int seen = 0;
  while (true) {
    for (int look = 0; look < kLooks && round_.load(std::memory_order_acquire) == seen; look++) Pause();
    {
      std::unique_lock<std::mutex> lock(mutex_);
      wake_.wait(lock, [&] { return round_ != seen; });
      seen = round_;
    }
    if (ends_) return;
    TakeHeads(worker);
    busy_.fetch_sub(1, std::memory_order_release);
  }
}

}  // namespace sotto
