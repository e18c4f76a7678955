#ifndef SOTTO_NATIVE_UNCACHED_SPEECH_MODEL_H_
#define SOTTO_NATIVE_UNCACHED_SPEECH_MODEL_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "failure.h"
#include "log_mel.h"
#include "speech_model.h"
#include "tflite_model.h"

namespace sotto {

/**
 * A Whisper graph without a KV cache, as published for LiteRT: `encode` turns a spectrum [1, mels, frames] into states
 * [1, positions, width], `decode` reads the states, tokens [1, length] and an additive mask [1, 1, length, length], and
 * scores what follows every token [1, length, vocabulary]. Tensors are told apart by their shapes, since their names
 * differ from file to file. Every token costs the whole length, so this form is slower than the cached one.
 */
class UncachedSpeechModel : public SpeechModel {
 public:
  static std::unique_ptr<UncachedSpeechModel> Load(const TfliteApi& api, const SpeechModelOptions& options,
                                                   std::optional<Failure>* failure);

  const SpeechModelOptions& options() const override { return options_; }
  std::optional<Failure> Encode(const float* samples, size_t count, size_t window) override;
  std::optional<Failure> Read(const std::vector<int32_t>& tokens) override;
  void Rewind(int count) override {
    if (count < position()) tokens_.resize(count);
  }
  /** The tokens themselves. */
  const Place& place() const override { return tokens_; }
  void GoTo(const Place& place) override { tokens_ = place; }
  void KeepOnly(const std::vector<const Place*>&) override {}
  int room() const override { return options_.cache_length - position(); }
  const float* logits() const override { return logits_; }
  int position() const override { return static_cast<int>(tokens_.size()); }
  int positions() const override { return is_encoded_ ? options_.windows[0].positions : 0; }
  const float* Alignment(int, int) const override { return nullptr; }

 private:
  explicit UncachedSpeechModel(const SpeechModelOptions& options) : options_(options) {}
  std::optional<Failure> FindEncoder();
  std::optional<Failure> FindDecoder();
  size_t StateCount() const { return static_cast<size_t>(options_.windows[0].positions) * width_; }
  size_t Length() const { return static_cast<size_t>(options_.cache_length); }

  SpeechModelOptions options_;
  std::unique_ptr<TfliteModel> model_;
  std::unique_ptr<LogMel> log_mel_;
  int width_ = 0;
  std::string mel_name_;
  std::string states_out_name_;
  std::string states_name_;
  std::string tokens_name_;
  std::string mask_name_;
  std::string logits_name_;
  /** Written by `encode` and read by `decode` in place. */
  std::vector<float> states_;
  Place tokens_;
  const float* logits_ = nullptr;
  bool is_encoded_ = false;
};

}  // namespace sotto

#endif  // SOTTO_NATIVE_UNCACHED_SPEECH_MODEL_H_
