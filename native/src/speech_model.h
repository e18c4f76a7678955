#ifndef SOTTO_NATIVE_SPEECH_MODEL_H_
#define SOTTO_NATIVE_SPEECH_MODEL_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "failure.h"
#include "tflite_api.h"

namespace sotto {

/** One length of audio that a model was exported for, with the names of its signatures. */
struct SpeechWindow {
  int frames = 0;
  int positions = 0;
  std::string encode;
  std::string decode;
  std::string prefill;
};

/** A Whisper-type model; sizes as in its speech.json, or, without a cache, as found in its graph. */
struct SpeechModelOptions {
  std::string model_path;
  std::string cache_path;
  int threads = 1;
  /** False: the graph reads all tokens anew for each (UncachedSpeechModel), and the sizes below are found in it. */
  bool kv_cache = true;
  int mels = 80;
  int layers = 0;
  int heads = 0;
  int head_size = 0;
  int vocabulary = 0;
  /** Tokens that a window can hold, prompt and text together. */
  int cache_length = 0;
  int prefill_length = 0;
  int alignment_heads = 0;
  std::vector<SpeechWindow> windows;
};

/** Where a model stands: what it has read, in numbers that mean something to that model alone. */
using Place = std::vector<int32_t>;

/** A loaded speech model and the state of the one window that it is decoding. Not thread-safe. */
class SpeechModel {
 public:
  virtual ~SpeechModel() = default;

  /** Loads whichever form the options name. ENGINE_CREATE where the file does not fit them. */
  static std::unique_ptr<SpeechModel> Load(const TfliteApi& api, const SpeechModelOptions& options,
                                           std::optional<Failure>* failure);

  virtual const SpeechModelOptions& options() const = 0;

  /** Takes in a window of audio; forgets all tokens. */
  virtual std::optional<Failure> Encode(const float* samples, size_t count, size_t window) = 0;

  /**
   * Reads tokens after those read before and fills logits().
   * @return CONTEXT when the window cannot hold them.
   */
  virtual std::optional<Failure> Read(const std::vector<int32_t>& tokens) = 0;

  /** Forgets the tokens after the first `count`. */
  virtual void Rewind(int count) = 0;

  virtual const Place& place() const = 0;

  /** Goes back to a place that it stood at, to read on from there; logits() are not those of that place. */
  virtual void GoTo(const Place& place) = 0;

  /** Forgets what was read on the way to any other place. */
  virtual void KeepOnly(const std::vector<const Place*>& places) = 0;

  /** How many more tokens can be read from all places together. */
  virtual int room() const = 0;

  /** Scores of every next token, [vocabulary]; valid until the next Read. */
  virtual const float* logits() const = 0;

  /** Tokens read on the way to this place. */
  virtual int position() const = 0;
  /** Positions of the encoded window, one every 20 ms. */
  virtual int positions() const = 0;

  /** Cross-attention weights of one alignment head for the token at an index, [positions]; only with such heads. */
  virtual const float* Alignment(int token, int head) const = 0;
};

}  // namespace sotto

#endif  // SOTTO_NATIVE_SPEECH_MODEL_H_
