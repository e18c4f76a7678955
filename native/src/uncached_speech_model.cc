#include "uncached_speech_model.h"

#include <algorithm>

namespace sotto {
namespace {

constexpr const char* kEncode = "encode";
constexpr const char* kDecode = "decode";
/** Added to the score of a token that must not be attended to. */
constexpr float kHidden = -1e9F;
/** A token takes 20 ms steps, a frame 10 ms: the encoder halves the frames. */
constexpr int kFramesPerPosition = 2;

const Failure kNotWhisper{"ENGINE_CREATE", "The file is no speech model of a kind that is known here"};
const Failure kCannotRun{"SEND", "The speech model could not run; there may not be enough memory"};

bool IsFloat(const TensorShape& shape, size_t rank) {
  return shape.type == kTfliteFloat32 && shape.dims.size() == rank && shape.dims[0] == 1;
}

bool IsPositive(const TensorShape& shape) {
  return std::all_of(shape.dims.begin(), shape.dims.end(), [](int size) { return size > 0; });
}

}  // namespace

std::unique_ptr<UncachedSpeechModel> UncachedSpeechModel::Load(const TfliteApi& api, const SpeechModelOptions& options,
                                                               std::optional<Failure>* failure) {
  std::unique_ptr<UncachedSpeechModel> loaded(new UncachedSpeechModel(options));
  loaded->model_ =
      TfliteModel::Load(api, options.model_path, options.cache_path, options.threads, nullptr, failure);
  if (loaded->model_ == nullptr) return nullptr;
  *failure = loaded->FindEncoder();
  if (!*failure) *failure = loaded->FindDecoder();
  if (*failure) return nullptr;
  loaded->log_mel_ = std::make_unique<LogMel>(loaded->options_.mels);
  loaded->states_.resize(loaded->StateCount());
  return loaded;
}

std::optional<Failure> UncachedSpeechModel::FindEncoder() {
  if (!model_->HasSignature(kEncode) || !model_->HasSignature(kDecode)) return kNotWhisper;
  const TfliteRunner* encode = model_->Runner(kEncode);
  if (encode == nullptr) return kCannotRun;
  const auto inputs = encode->Inputs();
  const auto outputs = encode->Outputs();
  if (inputs.size() != 1 || outputs.size() != 1) return kNotWhisper;
  if (!IsFloat(inputs[0], 3) || !IsFloat(outputs[0], 3) || !IsPositive(inputs[0]) || !IsPositive(outputs[0])) {
    return kNotWhisper;
  }
  const int frames = inputs[0].dims[2];
  const int positions = outputs[0].dims[1];
  if (frames != positions * kFramesPerPosition || inputs[0].dims[1] > 512) return kNotWhisper;
  mel_name_ = inputs[0].name;
  states_out_name_ = outputs[0].name;
  options_.mels = inputs[0].dims[1];
  width_ = outputs[0].dims[2];
  options_.windows = {SpeechWindow{frames, positions, kEncode, kDecode, ""}};
  return std::nullopt;
}

std::optional<Failure> UncachedSpeechModel::FindDecoder() {
  const TfliteRunner* decode = model_->Runner(kDecode);
  if (decode == nullptr) return kCannotRun;
  for (const TensorShape& input : decode->Inputs()) {
    if (!IsPositive(input)) return kNotWhisper;
    if (input.type == kTfliteInt32 && input.dims.size() == 2 && input.dims[0] == 1) {
      tokens_name_ = input.name;
      options_.cache_length = input.dims[1];
    } else if (IsFloat(input, 3) && input.dims[1] == options_.windows[0].positions && input.dims[2] == width_) {
      states_name_ = input.name;
    } else if (IsFloat(input, 4)) {
      mask_name_ = input.name;
    } else {
      return kNotWhisper;
    }
  }
  const auto outputs = decode->Outputs();
  if (outputs.size() != 1 || !IsFloat(outputs[0], 3) || !IsPositive(outputs[0])) return kNotWhisper;
  if (tokens_name_.empty() || states_name_.empty() || mask_name_.empty()) return kNotWhisper;
  if (outputs[0].dims[1] != options_.cache_length) return kNotWhisper;
  if (decode->InputCount(mask_name_) != Length() * Length()) return kNotWhisper;
  logits_name_ = outputs[0].name;
  options_.vocabulary = outputs[0].dims[2];
  return std::nullopt;
}

std::optional<Failure> UncachedSpeechModel::Encode(const float* samples, size_t count, size_t window) {
  if (window != 0) return Failure{"ARGUMENT", "There is no such window"};
  const int frames = options_.windows[0].frames;
  TfliteRunner* encode = model_->Runner(kEncode);
  if (encode == nullptr) return kCannotRun;
  float* mel = encode->InputFloats(mel_name_, static_cast<size_t>(options_.mels) * frames);
  if (mel == nullptr || !encode->UseBuffer(states_out_name_, true, states_.data(), states_.size())) {
    return kCannotRun;
  }
  log_mel_->Compute(samples, count, frames, mel);
  if (!encode->Invoke()) return kCannotRun;
  tokens_.clear();
  is_encoded_ = true;
  return std::nullopt;
}

std::optional<Failure> UncachedSpeechModel::Read(const std::vector<int32_t>& tokens) {
  if (!is_encoded_) return Failure{"ARGUMENT", "No audio has been encoded"};
  if (tokens_.size() + tokens.size() > Length()) return Failure{"CONTEXT", "The window holds no more tokens"};
  TfliteRunner* decode = model_->Runner(kDecode);
  if (decode == nullptr || !decode->UseBuffer(states_name_, false, states_.data(), states_.size())) return kCannotRun;
  int32_t* input = decode->InputIntegers(tokens_name_, Length());
  float* mask = decode->InputFloats(mask_name_, Length() * Length());
  if (input == nullptr || mask == nullptr) return kCannotRun;
  tokens_.insert(tokens_.end(), tokens.begin(), tokens.end());
  std::copy(tokens_.begin(), tokens_.end(), input);
  // No token looks beyond itself, so what fills the rest is of no account.
  std::fill(input + tokens_.size(), input + Length(), 0);
  for (size_t row = 0; row < Length(); row++) {
    std::fill(mask + row * Length(), mask + row * Length() + row + 1, 0.0F);
    std::fill(mask + row * Length() + row + 1, mask + (row + 1) * Length(), kHidden);
  }
  if (!decode->Invoke()) return kCannotRun;
  const size_t vocabulary = options_.vocabulary;
  const float* scores = decode->OutputFloats(logits_name_, Length() * vocabulary);
  if (scores == nullptr || tokens_.empty()) return kCannotRun;
  logits_ = scores + (tokens_.size() - 1) * vocabulary;
  return std::nullopt;
}

}  // namespace sotto
