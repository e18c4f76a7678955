#ifndef SOTTO_NATIVE_ATTENTION_OPERATOR_H_
#define SOTTO_NATIVE_ATTENTION_OPERATOR_H_

#include <vector>

#include "attention_kernel.h"
#include "head_workers.h"
#include "tflite_api.h"

namespace sotto {

/**
 * Our own form of the two composites that models/recipes/speech puts into its models:
 *
 *   sotto.self_attention(query, past keys, past values, new keys, new values, mask) -> result
 *   sotto.cross_attention(query, keys, values) -> result [, weights]
 *
 * Any other runtime runs the plain operations that the file holds for them. XNNPACK packs keys and values
 * anew for every token, which costs more than the rest of a step; here they are read where they lie.
 */
class AttentionOperator {
 public:
  AttentionOperator(const TfliteApi& api, int threads);
  ~AttentionOperator();
  AttentionOperator(const AttentionOperator&) = delete;
  AttentionOperator& operator=(const AttentionOperator&) = delete;

  /** To be handed to the interpreter; lives as long as this. */
  const TfliteRegistration* registration() const { return &registration_; }

  /**
   * Keeps a copy in bfloat16 of keys and values that stay the same for a whole window; cross attention over
   * them then reads the copy. The originals are not read again until the next call.
   */
  void Shadow(const float* first, size_t count);

  /** Gives the copy's memory back until the next Shadow. */
  void DropShadow();

 private:
  static TfliteStatus Prepare(void* self, TfliteOpaqueContext* context, TfliteOpaqueNode* node);
  static TfliteStatus Invoke(void* self, TfliteOpaqueContext* context, TfliteOpaqueNode* node);
  void SelfAttention(TfliteOpaqueContext* context, TfliteOpaqueNode* node);
  void CrossAttention(TfliteOpaqueContext* context, TfliteOpaqueNode* node);
  float* Scores(int worker, size_t count);

  const TfliteApi& api_;
  HeadWorkers workers_;
  /** The shadowed floats, and their copies. */
  const float* shadowed_ = nullptr;
  std::vector<uint16_t> shadow_;
  std::vector<std::vector<float>> scores_;
  std::vector<std::vector<AttentionStretch>> parts_;
  TfliteRegistration registration_{};
};

}  // namespace sotto

#endif  // SOTTO_NATIVE_ATTENTION_OPERATOR_H_
