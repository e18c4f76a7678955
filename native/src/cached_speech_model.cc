#include "cached_speech_model.h"

#include "resident_pages.h"

#include <algorithm>
#include <cstring>

namespace sotto {
namespace {

/** Added to the score of a position that must not be attended to. */
constexpr float kHidden = -1e9F;

Failure NotThisShape(const std::string& what) {
  return Failure{"ENGINE_CREATE", "The speech model does not fit its description: " + what};
}

const Failure kCannotRun{"SEND", "The speech model could not run; there may not be enough memory"};

}  // namespace

CachedSpeechModel::CachedSpeechModel(const TfliteApi& api, const SpeechModelOptions& options)
    : options_(options), attention_(api, options.threads), log_mel_(options.mels) {}

std::unique_ptr<CachedSpeechModel> CachedSpeechModel::Load(const TfliteApi& api, const SpeechModelOptions& options,
                                               std::optional<Failure>* failure) {
  std::unique_ptr<CachedSpeechModel> loaded(new CachedSpeechModel(api, options));
  loaded->model_ = TfliteModel::Load(api, options.model_path, options.cache_path, options.threads,
                                     loaded->attention_.registration(), failure);
  if (loaded->model_ == nullptr) return nullptr;
  *failure = loaded->Check();
  if (*failure) return nullptr;
  const size_t cache = static_cast<size_t>(options.heads) * options.cache_length * options.head_size;
  loaded->self_.resize(2 * cache * options.layers);
  loaded->logits_.resize(options.vocabulary);
  return loaded;
}

std::optional<Failure> CachedSpeechModel::Check() {
  if (options_.windows.empty()) return NotThisShape("no window");
  for (const SpeechWindow& window : options_.windows) {
    for (const std::string& key : {window.encode, window.decode, window.prefill}) {
      if (!model_->HasSignature(key)) return NotThisShape("no signature " + key);
    }
  }
  return std::nullopt;
}

std::optional<Failure> CachedSpeechModel::UseWindow(const SpeechWindow& window) {
  if (window_ != nullptr && window_ != &window) {
    // One window's tensors at a time: they are by far the largest part of the memory.
    for (const std::string& key : {window_->encode, window_->decode, window_->prefill}) model_->Release(key);
  }
  window_ = &window;
  const size_t part = static_cast<size_t>(options_.heads) * window.positions * options_.head_size;
  cross_.resize(2 * part * options_.layers);
  return std::nullopt;
}

bool CachedSpeechModel::Bind(TfliteRunner* runner, int queries) const {
  const size_t cross = static_cast<size_t>(options_.heads) * window_->positions * options_.head_size;
  const size_t cache = static_cast<size_t>(options_.heads) * options_.cache_length * options_.head_size;
  const bool encodes = queries == 0;
  auto* cross_data = const_cast<float*>(cross_.data());
  auto* self_data = const_cast<float*>(self_.data());
  for (int layer = 0; layer < options_.layers; layer++) {
    const size_t at = 2 * static_cast<size_t>(layer);
    if (!runner->UseBuffer(Name("cross_k_", layer), encodes, cross_data + at * cross, cross)) return false;
    if (!runner->UseBuffer(Name("cross_v_", layer), encodes, cross_data + (at + 1) * cross, cross)) return false;
    if (encodes) continue;
    if (!runner->UseBuffer(Name("self_k_", layer), false, self_data + at * cache, cache)) return false;
    if (!runner->UseBuffer(Name("self_v_", layer), false, self_data + (at + 1) * cache, cache)) return false;
    const size_t fresh = static_cast<size_t>(options_.heads) * queries * options_.head_size;
    if (runner->OutputFloats(Name("new_k_", layer), fresh) == nullptr) return false;
    if (runner->OutputFloats(Name("new_v_", layer), fresh) == nullptr) return false;
  }
  return encodes || runner->OutputFloats("logits", options_.vocabulary) != nullptr;
}

std::optional<Failure> CachedSpeechModel::Encode(const float* samples, size_t count, size_t window) {
  if (window >= options_.windows.size()) return Failure{"ARGUMENT", "There is no such window"};
  std::optional<Failure> failure = UseWindow(options_.windows[window]);
  if (failure) return failure;
  TfliteRunner* encode = model_->Runner(window_->encode);
  if (encode == nullptr) return kCannotRun;
  if (!Bind(encode, 0)) return NotThisShape("the tensors of " + window_->encode);
  float* mel = encode->InputFloats("mel", static_cast<size_t>(options_.mels) * window_->frames);
  if (mel == nullptr) return NotThisShape("the input of " + window_->encode);
  log_mel_.Compute(samples, count, window_->frames, mel);
  // The last window's keys and values are of no use any more, and encoding is when memory is short.
  attention_.DropShadow();
  if (!encode->Invoke()) return kCannotRun;
  attention_.Shadow(cross_.data(), cross_.size());
  ReleasePages(cross_.data(), cross_.size() * sizeof(float));
  ReleaseFreeMemory();
  KeepOnly({});
  place_.clear();
  // Left as it is: only what a token has filled is ever read, and the whole would be tens of megabytes.
  alignment_.reset(new float[static_cast<size_t>(options_.cache_length) * options_.alignment_heads * window_->positions]);
  return std::nullopt;
}

std::optional<Failure> CachedSpeechModel::Read(const std::vector<int32_t>& tokens) {
  if (window_ == nullptr) return Failure{"ARGUMENT", "No audio has been encoded"};
  if (tokens.size() > static_cast<size_t>(room())) {
    return Failure{"CONTEXT", "The window holds no more tokens"};
  }
  // A step costs about as much as a whole prefill, so only a few tokens are worth steps of their own.
  constexpr size_t kWorthSteps = 2;
  size_t done = 0;
  while (done < tokens.size()) {
    const size_t left = tokens.size() - done;
    const size_t count = left <= kWorthSteps ? 1 : std::min<size_t>(left, options_.prefill_length);
    std::optional<Failure> failure =
        count == 1 ? Step(tokens[done]) : Prefill(&tokens[done], static_cast<int>(count));
    if (failure) return failure;
    done += count;
  }
  return std::nullopt;
}

std::optional<Failure> CachedSpeechModel::Step(int32_t token) {
  TfliteRunner* decode = model_->Runner(window_->decode);
  if (decode == nullptr) return kCannotRun;
  if (!Bind(decode, 1)) return NotThisShape("the tensors of " + window_->decode);
  int32_t* input = decode->InputIntegers("token", 1);
  int32_t* position = decode->InputIntegers("position", 1);
  const size_t length = static_cast<size_t>(options_.cache_length) + 1;
  float* mask = decode->InputFloats("mask", length);
  if (input == nullptr || position == nullptr || mask == nullptr) return NotThisShape("the inputs of " + window_->decode);
  *input = token;
  *position = this->position();
  std::fill(mask, mask + length - 1, kHidden);
  for (int32_t slot : place_) mask[slot] = 0;
  mask[length - 1] = 0;
  if (!decode->Invoke()) return kCannotRun;
  Keep(*decode, 1, 1);
  return std::nullopt;
}

std::optional<Failure> CachedSpeechModel::Prefill(const int32_t* tokens, int count) {
  TfliteRunner* prefill = model_->Runner(window_->prefill);
  if (prefill == nullptr) return kCannotRun;
  const int rows = options_.prefill_length;
  if (!Bind(prefill, rows)) return NotThisShape("the tensors of " + window_->prefill);
  const size_t columns = static_cast<size_t>(options_.cache_length) + rows;
  int32_t* input = prefill->InputIntegers("token", rows);
  int32_t* position = prefill->InputIntegers("position", rows);
  int32_t* last = prefill->InputIntegers("last", 1);
  float* mask = prefill->InputFloats("mask", columns * rows);
  if (input == nullptr || position == nullptr || last == nullptr || mask == nullptr) {
    return NotThisShape("the inputs of " + window_->prefill);
  }
  for (int row = 0; row < rows; row++) {
    // Rows beyond the tokens repeat the last one; nobody reads what comes of them.
    input[row] = tokens[std::min(row, count - 1)];
    position[row] = std::min(this->position() + row, options_.cache_length - 1);
    float* hidden = mask + columns * row;
    std::fill(hidden, hidden + columns, kHidden);
    for (int32_t slot : place_) hidden[slot] = 0;
    std::fill(hidden + options_.cache_length, hidden + options_.cache_length + row + 1, 0.0F);
  }
  *last = count - 1;
  if (!prefill->Invoke()) return kCannotRun;
  Keep(*prefill, rows, count);
  return std::nullopt;
}

/** Puts the new keys and values into the caches, and keeps the logits and the alignment weights. */
void CachedSpeechModel::Keep(const TfliteRunner& runner, int rows, int used) {
  const size_t first = place_.size();
  for (int row = 0; row < used; row++) place_.push_back(TakeSlot());
  const size_t size = options_.head_size;
  const size_t cache = static_cast<size_t>(options_.heads) * options_.cache_length * size;
  const size_t fresh = static_cast<size_t>(options_.heads) * rows * size;
  for (int layer = 0; layer < options_.layers; layer++) {
    const float* sources[2] = {runner.OutputFloats(Name("new_k_", layer), fresh),
                               runner.OutputFloats(Name("new_v_", layer), fresh)};
    for (int kind = 0; kind < 2; kind++) {
      float* target = self_.data() + (2 * static_cast<size_t>(layer) + kind) * cache;
      for (int head = 0; head < options_.heads; head++) {
        for (int row = 0; row < used; row++) {
          const size_t slot = static_cast<size_t>(head) * options_.cache_length + place_[first + row];
          const size_t from = static_cast<size_t>(head) * rows + row;
          std::memcpy(target + slot * size, sources[kind] + from * size, size * sizeof(float));
        }
      }
    }
  }
  const float* scores = runner.OutputFloats("logits", options_.vocabulary);
  std::copy(scores, scores + options_.vocabulary, logits_.begin());
  const size_t positions = window_->positions;
  const float* weights = runner.OutputFloats("alignment", options_.alignment_heads * rows * positions);
  for (int head = 0; weights != nullptr && head < options_.alignment_heads; head++) {
    for (int row = 0; row < used; row++) {
      const float* source = weights + (static_cast<size_t>(head) * rows + row) * positions;
      const size_t index = static_cast<size_t>(place_[first + row]) * options_.alignment_heads + head;
      std::copy(source, source + positions, alignment_.get() + index * positions);
    }
  }
}

void CachedSpeechModel::Rewind(int count) {
  if (count < position()) place_.resize(count);
  KeepOnly({&place_});
}

void CachedSpeechModel::KeepOnly(const std::vector<const Place*>& places) {
  taken_.assign(options_.cache_length, false);
  for (const Place* place : places) {
    for (int32_t slot : *place) taken_[slot] = true;
  }
  taken_count_ = static_cast<int>(std::count(taken_.begin(), taken_.end(), true));
}

/** The first slot that nothing lies in; there is room for one. */
int CachedSpeechModel::TakeSlot() {
  const auto slot = std::find(taken_.begin(), taken_.end(), false);
  *slot = true;
  taken_count_++;
  return static_cast<int>(slot - taken_.begin());
}

const float* CachedSpeechModel::Alignment(int token, int head) const {
  const size_t index = static_cast<size_t>(place_[token]) * options_.alignment_heads + head;
  return alignment_.get() + index * window_->positions;
}

}  // namespace sotto
