#ifndef SOTTO_NATIVE_SPEECH_MODEL_H_
#define SOTTO_NATIVE_SPEECH_MODEL_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "attention_operator.h"
#include "failure.h"
#include "log_mel.h"
#include "tflite_model.h"

namespace sotto {

/** One length of audio that a model was exported for, with the names of its signatures. */
struct SpeechWindow {
  int frames = 0;
  int positions = 0;
  std::string encode;
  std::string decode;
  std::string prefill;
};

/** A Whisper-type model as exported by models/recipes/speech; sizes as in its speech.json. */
struct SpeechModelOptions {
  std::string model_path;
  std::string cache_path;
  int threads = 1;
  int mels = 80;
  int layers = 0;
  int heads = 0;
  int head_size = 0;
  int vocabulary = 0;
  /** Past tokens that the self-attention caches hold. */
  int cache_length = 0;
  int prefill_length = 0;
  int alignment_heads = 0;
  std::vector<SpeechWindow> windows;
};

/**
 * A loaded speech model and the state of the one window that it is decoding. Keys and values lie in buffers
 * of its own, which every signature reads and writes in place. Not thread-safe.
 */
class SpeechModel {
 public:
  static std::unique_ptr<SpeechModel> Load(const TfliteApi& api, const SpeechModelOptions& options,
                                           std::optional<Failure>* failure);

  const SpeechModelOptions& options() const { return options_; }

  /** Computes the spectrum and the cross-attention keys and values of a window; forgets all tokens. */
  std::optional<Failure> Encode(const float* samples, size_t count, size_t window);

  /**
   * Reads tokens after those read before and fills logits().
   * @return CONTEXT when they exceed the caches.
   */
  std::optional<Failure> Read(const std::vector<int32_t>& tokens);

  /** Forgets the tokens after the first `count`. */
  void Rewind(int count) { position_ = count < position_ ? count : position_; }

  /** Scores of every next token, [vocabulary]; valid until the next Read. */
  const float* logits() const { return logits_.data(); }

  int position() const { return position_; }
  int positions() const { return window_ == nullptr ? 0 : window_->positions; }

  /** Cross-attention weights of one alignment head for the token at an index, [positions]. */
  const float* Alignment(int token, int head) const;

 private:
  SpeechModel(const TfliteApi& api, const SpeechModelOptions& options);
  std::optional<Failure> Check();
  std::optional<Failure> UseWindow(const SpeechWindow& window);
  bool Bind(TfliteRunner* runner, int queries) const;
  std::optional<Failure> Step(int32_t token);
  std::optional<Failure> Prefill(const int32_t* tokens, int count);
  void Keep(const TfliteRunner& runner, int rows, int used);
  std::string Name(const char* kind, int layer) const { return kind + std::to_string(layer); }

  SpeechModelOptions options_;
  AttentionOperator attention_;
  LogMel log_mel_;
  std::unique_ptr<TfliteModel> model_;
  const SpeechWindow* window_ = nullptr;
  std::vector<float> cross_;
  std::vector<float> self_;
  std::vector<float> logits_;
  std::unique_ptr<float[]> alignment_;
  int position_ = 0;
};

}  // namespace sotto

#endif  // SOTTO_NATIVE_SPEECH_MODEL_H_
