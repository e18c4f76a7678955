#ifndef SOTTO_NATIVE_ATTENTION_KERNEL_H_
#define SOTTO_NATIVE_ATTENTION_KERNEL_H_

#include <cstddef>
#include <cstdint>

namespace sotto {

/** Keys and values of a stretch of positions for one head: [length, size] each, one after another. */
struct AttentionStretch {
  const float* keys;
  const float* values;
  int length;
};

/** The same in bfloat16: the upper half of a float's bits. */
struct HalfStretch {
  const uint16_t* keys;
  const uint16_t* values;
  int length;
};

/**
 * Attention of one query of one head: softmax(query . keys) . values. Keys and values are read once, in
 * place; nothing is packed or copied, which is what makes a single step cheap.
 *
 * @param query [size], scaled already
 * @param parts stretches that are attended to as if they were one
 * @param scores room for the sum of all lengths; holds the attention weights afterwards
 * @param result [size]
 */
void Attend(const float* query, int size, const AttentionStretch* parts, int part_count, float* scores,
            float* result);

/** The same for one stretch of bfloat16: half the bytes to read, and reading is what an attention costs. */
void Attend(const float* query, int size, const HalfStretch& part, float* scores, float* result);

/** Rounds floats to bfloat16, ties to even. Not for NaN. */
void ToHalf(const float* source, size_t count, uint16_t* target);

/** log(sum(exp(values))) of `count` values; relative error below 1e-6. */
float LogSumExp(const float* values, int count);

}  // namespace sotto

#endif  // SOTTO_NATIVE_ATTENTION_KERNEL_H_
