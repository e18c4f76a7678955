#ifndef SOTTO_NATIVE_CACHED_SPEECH_MODEL_H_
#define SOTTO_NATIVE_CACHED_SPEECH_MODEL_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "attention_operator.h"
#include "failure.h"
#include "log_mel.h"
#include "speech_model.h"
#include "tflite_model.h"

namespace sotto {

/**
 * A model as exported by models/recipes/speech. Keys and values lie in buffers of its own, which every signature reads
 * and writes in place.
 */
class CachedSpeechModel : public SpeechModel {
 public:
  static std::unique_ptr<CachedSpeechModel> Load(const TfliteApi& api, const SpeechModelOptions& options,
                                           std::optional<Failure>* failure);

  const SpeechModelOptions& options() const override { return options_; }

  /** Computes the spectrum and the cross-attention keys and values of a window; forgets all tokens. */
  std::optional<Failure> Encode(const float* samples, size_t count, size_t window) override;

  std::optional<Failure> Read(const std::vector<int32_t>& tokens) override;

  void Rewind(int count) override;

  const Place& place() const override { return place_; }
  void GoTo(const Place& place) override { place_ = place; }
  void KeepOnly(const std::vector<const Place*>& places) override;
  int room() const override { return options_.cache_length - taken_count_; }

  const float* logits() const override { return logits_.data(); }

  int position() const override { return static_cast<int>(place_.size()); }
  int positions() const override { return window_ == nullptr ? 0 : window_->positions; }

  const float* Alignment(int token, int head) const override;

 private:
  CachedSpeechModel(const TfliteApi& api, const SpeechModelOptions& options);
  std::optional<Failure> Check();
  std::optional<Failure> UseWindow(const SpeechWindow& window);
  bool Bind(TfliteRunner* runner, int queries) const;
  std::optional<Failure> Step(int32_t token);
  std::optional<Failure> Prefill(const int32_t* tokens, int count);
  void Keep(const TfliteRunner& runner, int rows, int used);
  int TakeSlot();
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
  /** The slots of the caches that the tokens read so far lie in, in their order. */
  Place place_;
  std::vector<bool> taken_;
  int taken_count_ = 0;
};

}  // namespace sotto

#endif  // SOTTO_NATIVE_CACHED_SPEECH_MODEL_H_
