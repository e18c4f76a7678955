#include "word_alignment.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace sotto {
namespace {

/** Width of the median filter over time, as in the reference. */
constexpr int kMedianWidth = 7;

/** Replaces every value of a row by the median of its neighbourhood; the ends are mirrored. */
void MedianFilter(std::vector<float>* row) {
  const int length = static_cast<int>(row->size());
  const int half = kMedianWidth / 2;
  if (length <= half) return;
  std::vector<float> filtered(length);
  float around[kMedianWidth];
  for (int index = 0; index < length; index++) {
    for (int offset = -half; offset <= half; offset++) {
      int at = std::abs(index + offset);
      if (at >= length) at = 2 * length - 2 - at;
      around[offset + half] = (*row)[at];
    }
    std::nth_element(around, around + half, around + kMedianWidth);
    filtered[index] = around[half];
  }
  row->swap(filtered);
}

/** Mean over the heads of the attention, made comparable between tokens: [count][positions]. */
std::vector<std::vector<float>> MeanAttention(const SpeechModel& model, const std::vector<int>& rows, int positions) {
  const int count = static_cast<int>(rows.size());
  std::vector<std::vector<float>> mean(count, std::vector<float>(positions));
  const int heads = model.options().alignment_heads;
  for (int head = 0; head < heads; head++) {
    std::vector<float> average(positions), spread(positions);
    for (int token = 0; token < count; token++) {
      const float* weights = model.Alignment(rows[token], head);
      for (int position = 0; position < positions; position++) average[position] += weights[position] / count;
    }
    for (int token = 0; token < count; token++) {
      const float* weights = model.Alignment(rows[token], head);
      for (int position = 0; position < positions; position++) {
        const float difference = weights[position] - average[position];
        spread[position] += difference * difference / count;
      }
    }
    std::vector<float> row(positions);
    for (int token = 0; token < count; token++) {
      const float* weights = model.Alignment(rows[token], head);
      for (int position = 0; position < positions; position++) {
        const float deviation = std::sqrt(spread[position]);
        row[position] = deviation > 0 ? (weights[position] - average[position]) / deviation : 0;
      }
      MedianFilter(&row);
      for (int position = 0; position < positions; position++) mean[token][position] += row[position] / heads;
    }
  }
  return mean;
}

enum Move : uint8_t { kBoth, kToken, kTime };

/** First position on the cheapest path for every row. Costs are the negative attention. */
std::vector<int> CheapestPath(const std::vector<std::vector<float>>& gain, int positions) {
  const int count = static_cast<int>(gain.size());
  const float far = std::numeric_limits<float>::infinity();
  std::vector<float> previous(positions + 1, far), current(positions + 1, far);
  std::vector<uint8_t> moves(static_cast<size_t>(count) * positions);
  previous[0] = 0;
  for (int token = 0; token < count; token++) {
    current[0] = far;
    for (int position = 0; position < positions; position++) {
      const float both = previous[position], up = previous[position + 1], left = current[position];
      const Move move = both < up && both < left ? kBoth : up < both && up < left ? kToken : kTime;
      const float best = move == kBoth ? both : move == kToken ? up : left;
      current[position + 1] = best - gain[token][position];
      moves[static_cast<size_t>(token) * positions + position] = move;
    }
    previous.swap(current);
  }
  std::vector<int> first(count + 1, positions);
  int token = count - 1, position = positions - 1;
  while (token >= 0 && position >= 0) {
    first[token] = position;
    const Move move = static_cast<Move>(moves[static_cast<size_t>(token) * positions + position]);
    if (move != kTime) token--;
    if (move != kToken) position--;
  }
  for (; token >= 0; token--) first[token] = 0;
  return first;
}

}  // namespace

std::vector<int> AlignTokens(const SpeechModel& model, const std::vector<int>& rows, int audio_positions) {
  const int positions = std::max(1, std::min(audio_positions, model.positions()));
  if (rows.empty() || model.options().alignment_heads == 0) return std::vector<int>(rows.size() + 1, positions);
  return CheapestPath(MeanAttention(model, rows, positions), positions);
}

}  // namespace sotto
