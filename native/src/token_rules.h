#ifndef SOTTO_NATIVE_TOKEN_RULES_H_
#define SOTTO_NATIVE_TOKEN_RULES_H_

#include <cstdint>
#include <vector>

#include "speech_decoder.h"

namespace sotto {

/** Whisper's rules for what may come next. Source: the published reference (whisper/decoding.py). */
class TokenRules {
 public:
  TokenRules(const DecodeOptions& options, int vocabulary) : options_(options), vocabulary_(vocabulary) {}

  /** Takes what may not come next out of the scores [vocabulary], given the tokens so far. */
  void Apply(const std::vector<int32_t>& tokens, float* scores) const;

 private:
  void Forbid(const std::vector<int32_t>& tokens, float* scores) const;
  void Pair(const std::vector<int32_t>& tokens, float* scores) const;

  const DecodeOptions& options_;
  const int vocabulary_;
};

}  // namespace sotto

#endif  // SOTTO_NATIVE_TOKEN_RULES_H_
