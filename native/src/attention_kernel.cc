#include "attention_kernel.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#include "for_every_cpu.h"

namespace sotto {
namespace {

/** Independent sums, so that the compiler may use vectors without reordering a sum. */
constexpr int kLanes = 16;

/**
 * exp(x) for x <= 0 as 2^n times a polynomial for the rest; below -87 it is 0. Coefficients: Taylor's, with
 * the argument within half of ln 2, where the sixth power leaves an error below 2e-7.
 */
SOTTO_INLINE float ExpOfNegative(float x) {
  const float bounded = std::max(x, -87.0F);
  const float scaled = bounded * 1.44269504F;
  const auto whole = static_cast<int32_t>(scaled - 0.5F);
  const float rest = bounded - static_cast<float>(whole) * 0.693147181F;
  const float power =
      1.0F + rest * (1.0F + rest * (0.5F + rest * (1.0F / 6 + rest * (1.0F / 24 + rest * (1.0F / 120 + rest / 720)))));
  const int32_t bits = (whole + 127) << 23;
  float two;
  std::memcpy(&two, &bits, sizeof(two));
  return x < -87.0F ? 0.0F : power * two;
}

SOTTO_INLINE float Load(const float* from) { return *from; }

SOTTO_INLINE float Load(const uint16_t* from) {
  const uint32_t bits = static_cast<uint32_t>(*from) << 16;
  float value;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

/** scores[length] = query . keys; returns the highest. */
template <typename Element>
SOTTO_INLINE float DotsOf(const float* query, int size, const Element* keys, int length, float* scores) {
  float highest = -std::numeric_limits<float>::infinity();
  for (int position = 0; position < length; position++) {
    const Element* key = keys + static_cast<std::ptrdiff_t>(position) * size;
    float sums[kLanes] = {};
    int index = 0;
    for (; index + kLanes <= size; index += kLanes) {
      for (int lane = 0; lane < kLanes; lane++) sums[lane] += query[index + lane] * Load(key + index + lane);
    }
    float sum = 0;
    for (; index < size; index++) sum += query[index] * Load(key + index);
    for (int lane = 0; lane < kLanes; lane++) sum += sums[lane];
    scores[position] = sum;
    highest = std::max(highest, sum);
  }
  return highest;
}

SOTTO_FOR_EVERY_CPU
float Dots(const float* query, int size, const float* keys, int length, float* scores) {
  return DotsOf(query, size, keys, length, scores);
}

SOTTO_FOR_EVERY_CPU
float HalfDots(const float* query, int size, const uint16_t* keys, int length, float* scores) {
  return DotsOf(query, size, keys, length, scores);
}

/** Replaces values by exp(value - highest) and returns their sum. */
SOTTO_FOR_EVERY_CPU
float Exponentials(float* values, int count, float highest) {
  float sums[kLanes] = {};
  int index = 0;
  for (; index + kLanes <= count; index += kLanes) {
    for (int lane = 0; lane < kLanes; lane++) {
      values[index + lane] = ExpOfNegative(values[index + lane] - highest);
      sums[lane] += values[index + lane];
    }
  }
  float sum = 0;
  for (; index < count; index++) {
    values[index] = ExpOfNegative(values[index] - highest);
    sum += values[index];
  }
  for (int lane = 0; lane < kLanes; lane++) sum += sums[lane];
  return sum;
}

/** The same number of sums as a head usually has elements: all of them stay in registers. */
constexpr int kWidth = 64;

/** sums[size] += weights . values. Reads the values once, in their order. */
template <typename Element>
SOTTO_INLINE void AddWeightedOf(const float* weights, const Element* values, int length, int size, float* sums) {
  if (size != kWidth) {
    for (int position = 0; position < length; position++) {
      const Element* row = values + static_cast<std::ptrdiff_t>(position) * size;
      for (int index = 0; index < size; index++) sums[index] += weights[position] * Load(row + index);
    }
    return;
  }
  float lanes[kWidth] = {};
  for (int position = 0; position < length; position++) {
    const Element* row = values + static_cast<std::ptrdiff_t>(position) * kWidth;
    const float weight = weights[position];
    for (int lane = 0; lane < kWidth; lane++) lanes[lane] += weight * Load(row + lane);
  }
  for (int lane = 0; lane < kWidth; lane++) sums[lane] += lanes[lane];
}

SOTTO_FOR_EVERY_CPU
void AddWeighted(const float* weights, const float* values, int length, int size, float* sums) {
  AddWeightedOf(weights, values, length, size, sums);
}

SOTTO_FOR_EVERY_CPU
void AddHalfWeighted(const float* weights, const uint16_t* values, int length, int size, float* sums) {
  AddWeightedOf(weights, values, length, size, sums);
}

SOTTO_FOR_EVERY_CPU
void RoundToHalf(const float* source, size_t count, uint16_t* target) {
  for (size_t index = 0; index < count; index++) {
    uint32_t bits;
    std::memcpy(&bits, source + index, sizeof(bits));
    target[index] = static_cast<uint16_t>((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
  }
}

SOTTO_FOR_EVERY_CPU
float Highest(const float* values, int count) {
  float lanes[kLanes];
  std::fill(lanes, lanes + kLanes, -std::numeric_limits<float>::infinity());
  int index = 0;
  for (; index + kLanes <= count; index += kLanes) {
    for (int lane = 0; lane < kLanes; lane++) lanes[lane] = std::max(lanes[lane], values[index + lane]);
  }
  float highest = -std::numeric_limits<float>::infinity();
  for (; index < count; index++) highest = std::max(highest, values[index]);
  for (int lane = 0; lane < kLanes; lane++) highest = std::max(highest, lanes[lane]);
  return highest;
}

SOTTO_FOR_EVERY_CPU
float SumOfExponentials(const float* values, int count, float highest) {
  float sums[kLanes] = {};
  int index = 0;
  for (; index + kLanes <= count; index += kLanes) {
    for (int lane = 0; lane < kLanes; lane++) sums[lane] += ExpOfNegative(values[index + lane] - highest);
  }
  float sum = 0;
  for (; index < count; index++) sum += ExpOfNegative(values[index] - highest);
  for (int lane = 0; lane < kLanes; lane++) sum += sums[lane];
  return sum;
}

}  // namespace

void Attend(const float* query, int size, const AttentionStretch* parts, int part_count, float* scores,
            float* result) {
  float highest = -std::numeric_limits<float>::infinity();
  int total = 0;
  for (int part = 0; part < part_count; part++) {
    if (parts[part].length == 0) continue;
    highest = std::max(highest, Dots(query, size, parts[part].keys, parts[part].length, scores + total));
    total += parts[part].length;
  }
  std::fill(result, result + size, 0.0F);
  if (total == 0) return;
  const float scale = 1.0F / Exponentials(scores, total, highest);
  for (int index = 0; index < total; index++) scores[index] *= scale;
  int from = 0;
  for (int part = 0; part < part_count; part++) {
    AddWeighted(scores + from, parts[part].values, parts[part].length, size, result);
    from += parts[part].length;
  }
}

void Attend(const float* query, int size, const HalfStretch& part, float* scores, float* result) {
  const float highest = HalfDots(query, size, part.keys, part.length, scores);
  const float scale = 1.0F / Exponentials(scores, part.length, highest);
  for (int index = 0; index < part.length; index++) scores[index] *= scale;
  std::fill(result, result + size, 0.0F);
  AddHalfWeighted(scores, part.values, part.length, size, result);
}

void ToHalf(const float* source, size_t count, uint16_t* target) { RoundToHalf(source, count, target); }

float LogSumExp(const float* values, int count) {
  const float highest = Highest(values, count);
  if (!std::isfinite(highest)) return highest;
  return highest + std::log(SumOfExponentials(values, count, highest));
}

}  // namespace sotto
