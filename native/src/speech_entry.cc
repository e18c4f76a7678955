#include "speech_entry.h"

#include <chrono>
#include <thread>

namespace sotto {

std::atomic<int> SpeechRuns::running_{0};
std::atomic<bool> SpeechRuns::leaving_{false};

void SpeechRuns::EndAll() {
  leaving_ = true;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(2);
  while (running_ > 0 && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

}  // namespace sotto
