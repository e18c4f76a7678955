#include "speech_decoder.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "attention_kernel.h"
#include "speech_entry.h"

namespace sotto {
namespace {

constexpr float kNever = -std::numeric_limits<float>::infinity();

/** Applies the rules to one token's scores, given the tokens so far. */
class Rules {
 public:
  Rules(const DecodeOptions& options, int vocabulary) : options_(options), vocabulary_(vocabulary) {}

  void Apply(const std::vector<int32_t>& tokens, float* scores) const {
    Forbid(options_.suppressed, scores);
    if (tokens.empty()) Forbid(options_.suppressed_first, scores);
    scores[options_.tokens.no_timestamps] = kNever;
    const int begin = options_.tokens.timestamp_begin;
    if (!options_.timestamps) {
      Hide(scores, begin, vocabulary_);
      return;
    }
    Pair(tokens, scores);
    if (tokens.empty()) {
      Hide(scores, 0, begin);
      Hide(scores, std::min(vocabulary_, begin + options_.latest_start + 1), vocabulary_);
    }
    // A timestamp is due when all of them together are likelier than the likeliest word.
    const float times = LogSumExp(scores + begin, vocabulary_ - begin);
    if (times > *std::max_element(scores, scores + begin)) Hide(scores, 0, begin);
  }

 private:
  void Forbid(const std::vector<int32_t>& tokens, float* scores) const {
    for (int32_t token : tokens) {
      if (token >= 0 && token < vocabulary_) scores[token] = kNever;
    }
  }

  static void Hide(float* scores, int from, int to) { std::fill(scores + from, scores + std::max(from, to), kNever); }

  void Pair(const std::vector<int32_t>& tokens, float* scores) const {
    const int begin = options_.tokens.timestamp_begin;
    const size_t count = tokens.size();
    const bool last_is_time = count >= 1 && tokens[count - 1] >= begin;
    const bool before_is_time = count < 2 || tokens[count - 2] >= begin;
    if (last_is_time && before_is_time) Hide(scores, begin, vocabulary_);
    if (last_is_time && !before_is_time) Hide(scores, 0, options_.tokens.end_of_text);
    for (size_t index = count; index-- > 0;) {
      if (tokens[index] < begin) continue;
      // The start of a segment may repeat the end of the one before; an end must lie after its start.
      const bool may_repeat = last_is_time && !before_is_time;
      Hide(scores, begin, tokens[index] + (may_repeat ? 0 : 1));
      break;
    }
  }

  const DecodeOptions& options_;
  const int vocabulary_;
};

int Likeliest(const std::vector<float>& scores) {
  return static_cast<int>(std::max_element(scores.begin(), scores.end()) - scores.begin());
}

/** Draws from softmax(scores / temperature). */
int Draw(const std::vector<float>& scores, float temperature, std::mt19937* random) {
  const float highest = *std::max_element(scores.begin(), scores.end());
  std::vector<double> weights(scores.size());
  for (size_t index = 0; index < scores.size(); index++) {
    weights[index] = std::exp(static_cast<double>(scores[index] - highest) / temperature);
  }
  std::discrete_distribution<int> distribution(weights.begin(), weights.end());
  return distribution(*random);
}

}  // namespace

std::optional<Failure> Decode(SpeechModel* model, const DecodeOptions& options, const std::atomic<bool>& cancel,
                              const TokenListener& listener, DecodeResult* result) {
  const int vocabulary = model->options().vocabulary;
  const Rules rules(options, vocabulary);
  std::mt19937 random(options.seed);
  model->Rewind(0);
  const auto split = options.prompt.begin() + options.start_index + 1;
  std::optional<Failure> failure = model->Read({options.prompt.begin(), split});
  if (failure) return failure;
  if (options.tokens.no_speech >= 0) {
    const float* scores = model->logits();
    result->no_speech_probability = std::exp(scores[options.tokens.no_speech] - LogSumExp(scores, vocabulary));
  }
  if (split != options.prompt.end()) failure = model->Read({split, options.prompt.end()});
  std::vector<float> scores(vocabulary);
  float sum = 0;
  while (!failure) {
    if (cancel || SpeechRuns::leaving()) {
      result->cancelled = true;
      break;
    }
    std::copy(model->logits(), model->logits() + vocabulary, scores.begin());
    rules.Apply(result->tokens, scores.data());
    const int token = options.temperature > 0 ? Draw(scores, options.temperature, &random) : Likeliest(scores);
    const float log_probability = scores[token] - LogSumExp(scores.data(), vocabulary);
    sum += log_probability;
    if (token == options.tokens.end_of_text) break;
    result->tokens.push_back(token);
    result->log_probabilities.push_back(log_probability);
    listener(token);
    result->cut = static_cast<int>(result->tokens.size()) >= options.max_tokens ||
                  model->position() >= model->options().cache_length;
    if (result->cut) break;
    failure = model->Read({token});
  }
  result->mean_log_probability = sum / static_cast<float>(result->tokens.size() + 1);
  return failure;
}

std::optional<Failure> ScoreFirst(SpeechModel* model, int32_t start, const std::vector<int32_t>& tokens,
                                  std::vector<float>* probabilities) {
  model->Rewind(0);
  std::optional<Failure> failure = model->Read({start});
  if (failure) return failure;
  std::vector<float> scores;
  for (int32_t token : tokens) scores.push_back(model->logits()[token]);
  const float all = LogSumExp(scores.data(), static_cast<int>(scores.size()));
  for (float score : scores) probabilities->push_back(std::exp(score - all));
  return std::nullopt;
}

}  // namespace sotto
