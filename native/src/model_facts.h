#ifndef SOTTO_NATIVE_MODEL_FACTS_H_
#define SOTTO_NATIVE_MODEL_FACTS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "failure.h"
#include "litert_lm_api.h"

namespace sotto {

/** A model file's own facts. A damaged file can end the process here: read it only where that may be. */
struct ModelFacts {
  static std::optional<Failure> Read(const LitertLmApi& api, const std::string& path, ModelFacts* facts);

  /** 1 language model, 2 embeddings, anything else unknown. */
  int model_type = 0;
  uint32_t max_context_tokens = 0;
  bool dynamic_context = false;
  std::string min_runtime_version;
  bool supports_thinking = false;
  bool supports_function_calling = false;
  /** 0 none, 1 Qualcomm, 2 Google Tensor, 3 MediaTek, 4 Intel, 5 Samsung. */
  int npu_brand = 0;
  std::string soc_name;
  int top_k = 0;
  float top_p = 0;
  float temperature = 0;
};

}  // namespace sotto

#endif  // SOTTO_NATIVE_MODEL_FACTS_H_
