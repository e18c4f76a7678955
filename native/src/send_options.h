#ifndef SOTTO_NATIVE_SEND_OPTIONS_H_
#define SOTTO_NATIVE_SEND_OPTIONS_H_

#include <optional>
#include <string>

#include "litert_lm_api.h"

namespace sotto {

/** What one send may ask for. */
struct SendOptions {
  static constexpr int kRegex = 1;
  static constexpr int kJsonSchema = 2;

  std::optional<int> max_output_tokens;
  std::optional<float> repetition_penalty;
  int constraint_type = 0;
  std::string constraint;
};

/** LiteRT-LM's optional arguments made from the options; deleted with this object. */
class SendArguments {
 public:
  SendArguments(const LitertLmApi& api, const SendOptions& options);
  ~SendArguments();
  SendArguments(const SendArguments&) = delete;
  SendArguments& operator=(const SendArguments&) = delete;

  void* handle() const { return handle_; }

 private:
  const LitertLmApi& api_;
  void* handle_;
};

}  // namespace sotto

#endif  // SOTTO_NATIVE_SEND_OPTIONS_H_
