#ifndef SOTTO_NATIVE_HEAD_WORKERS_H_
#define SOTTO_NATIVE_HEAD_WORKERS_H_

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace sotto {

/**
 * Threads that share the heads of one attention. A piece of work takes some 50 microseconds, so the threads
 * look for the next one for a moment before they go to sleep.
 */
class HeadWorkers {
 public:
  using Work = std::function<void(int head, int worker)>;

  /** @param count threads in all, the caller's among them */
  explicit HeadWorkers(int count);
  ~HeadWorkers();
  HeadWorkers(const HeadWorkers&) = delete;
  HeadWorkers& operator=(const HeadWorkers&) = delete;

  int count() const { return static_cast<int>(threads_.size()) + 1; }

  /** Calls work for every head; returns when all are done. */
  void Run(int heads, const Work& work);

 private:
  void Loop(int worker);
  void TakeHeads(int worker);

  std::vector<std::thread> threads_;
  std::mutex mutex_;
  std::condition_variable wake_;
  const Work* work_ = nullptr;
  int heads_ = 0;
  std::atomic<int> round_{0};
  std::atomic<int> next_head_{0};
  std::atomic<int> busy_{0};
  std::atomic<bool> ends_{false};
};

}  // namespace sotto

#endif  // SOTTO_NATIVE_HEAD_WORKERS_H_
