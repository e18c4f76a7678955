#include "word_alignment.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "for_every_cpu.h"

namespace sotto {
namespace {

/** Width of the median filter over time, as in the reference. */
constexpr int kMedianWidth = 7;
constexpr int kHalfWidth = kMedianWidth / 2;

SOTTO_INLINE void Sort(float* low, float* high) {
  const float least = std::min(*low, *high);
  *high = std::max(*low, *high);
  *low = least;
}

/** Adds to each of sums[count] the median of the seven values from that one on, by a network without branches. */
SOTTO_FOR_EVERY_CPU
void AddMedians(const float* values, int count, float scale, float* sums) {
  for (int index = 0; index < count; index++) {
    float a = values[index], b = values[index + 1], c = values[index + 2], d = values[index + 3];
    float e = values[index + 4], f = values[index + 5], g = values[index + 6];
    Sort(&a, &f);
    Sort(&a, &d);
    Sort(&b, &g);
    Sort(&c, &e);
    Sort(&a, &b);
    Sort(&d, &f);
    Sort(&c, &g);
    Sort(&c, &d);
    Sort(&d, &g);
    Sort(&e, &f);
    Sort(&b, &e);
    Sort(&b, &d);
    Sort(&d, &e);
    sums[index] += d * scale;
  }
}

/** A row with kHalfWidth more values on either side, which mirror its ends. */
class PaddedRow {
 public:
  explicit PaddedRow(int length) : length_(length), values_(length + 2 * kHalfWidth) {}

  float* row() { return values_.data() + kHalfWidth; }

  /** Adds the row, every value replaced by the median of its neighbourhood, times the scale. */
  void AddFiltered(float scale, float* sums) {
    if (length_ <= kHalfWidth) {
      for (int index = 0; index < length_; index++) sums[index] += row()[index] * scale;
      return;
    }
    for (int offset = 1; offset <= kHalfWidth; offset++) {
      row()[-offset] = row()[offset];
      row()[length_ - 1 + offset] = row()[length_ - 1 - offset];
    }
    AddMedians(values_.data(), length_, scale, sums);
  }

 private:
  const int length_;
  std::vector<float> values_;
};

/** Mean over the heads of the attention, made comparable between tokens: [count][positions]. */
std::vector<std::vector<float>> MeanAttention(const SpeechModel& model, const std::vector<int>& rows, int positions) {
  const int count = static_cast<int>(rows.size());
  std::vector<std::vector<float>> mean(count, std::vector<float>(positions));
  const int heads = model.options().alignment_heads;
  const float share = 1.0F / static_cast<float>(count);
  PaddedRow row(positions);
  for (int head = 0; head < heads; head++) {
    std::vector<float> average(positions), spread(positions);
    for (int token = 0; token < count; token++) {
      const float* weights = model.Alignment(rows[token], head);
      for (int position = 0; position < positions; position++) average[position] += weights[position] * share;
    }
    for (int token = 0; token < count; token++) {
      const float* weights = model.Alignment(rows[token], head);
      for (int position = 0; position < positions; position++) {
        const float difference = weights[position] - average[position];
        spread[position] += difference * difference * share;
      }
    }
    for (float& value : spread) value = value > 0 ? 1.0F / std::sqrt(value) : 0.0F;
    for (int token = 0; token < count; token++) {
      const float* weights = model.Alignment(rows[token], head);
      float* values = row.row();
      for (int position = 0; position < positions; position++) {
        values[position] = (weights[position] - average[position]) * spread[position];
      }
      row.AddFiltered(1.0F / static_cast<float>(heads), mean[token].data());
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
