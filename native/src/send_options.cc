#include "send_options.h"

namespace sotto {

SendArguments::SendArguments(const LitertLmApi& api, const SendOptions& options)
    : api_(api), handle_(api.conversation_optional_args_create()) {
  if (options.max_output_tokens) {
    api_.conversation_optional_args_set_max_output_tokens(handle_, *options.max_output_tokens);
  }
  if (options.repetition_penalty) {
    void* penalty = api_.repetition_penalty_config_create();
    api_.repetition_penalty_config_set_repetition_penalty(penalty, *options.repetition_penalty);
    api_.conversation_optional_args_set_repetition_penalty_config(handle_, penalty);
    api_.repetition_penalty_config_delete(penalty);
  }
  if (options.constraint_type != 0) {
    api_.conversation_optional_args_set_constraint(handle_, options.constraint_type, options.constraint.c_str());
  }
}

SendArguments::~SendArguments() { api_.conversation_optional_args_delete(handle_); }

}  // namespace sotto
