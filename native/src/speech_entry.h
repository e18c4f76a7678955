#ifndef SOTTO_NATIVE_SPEECH_ENTRY_H_
#define SOTTO_NATIVE_SPEECH_ENTRY_H_

#include <atomic>
#include <memory>

#include "speech_model.h"
#include "tflite_model.h"

namespace sotto {

/** A speech model of an environment. One call at a time works on it. */
struct SpeechEntry {
  std::unique_ptr<SpeechModel> model;
  std::atomic<bool> cancel{false};
  /** A call is working on it. JavaScript thread only. */
  bool busy = false;
};

/** A plain model of an environment: signatures with named tensors. One call at a time works on it. */
struct TensorEntry {
  std::unique_ptr<TfliteModel> model;
  bool busy = false;
};

/**
 * The decodings of this process. At its exit they must have ended: the library's own objects go first, and a
 * decoding that still used them would crash.
 */
class SpeechRuns {
 public:
  /** Marks a decoding for as long as it lives. */
  class Mark {
   public:
    Mark() { running_++; }
    ~Mark() { running_--; }
    Mark(const Mark&) = delete;
    Mark& operator=(const Mark&) = delete;
  };

  /** True once the process is leaving: decodings end at their next token. */
  static bool leaving() { return leaving_; }

  /** Makes every decoding end, and waits until none runs, two seconds at most. */
  static void EndAll();

 private:
  static std::atomic<int> running_;
  static std::atomic<bool> leaving_;
};

}  // namespace sotto

#endif  // SOTTO_NATIVE_SPEECH_ENTRY_H_
