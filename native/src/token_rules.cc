#include "token_rules.h"

#include <algorithm>
#include <limits>

#include "attention_kernel.h"

namespace sotto {
namespace {

constexpr float kNever = -std::numeric_limits<float>::infinity();

void Hide(float* scores, int from, int to) { std::fill(scores + from, scores + std::max(from, to), kNever); }

}  // namespace

void TokenRules::Apply(const std::vector<int32_t>& tokens, float* scores) const {
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

void TokenRules::Forbid(const std::vector<int32_t>& tokens, float* scores) const {
  for (int32_t token : tokens) {
    if (token >= 0 && token < vocabulary_) scores[token] = kNever;
  }
}

void TokenRules::Pair(const std::vector<int32_t>& tokens, float* scores) const {
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

}  // namespace sotto
