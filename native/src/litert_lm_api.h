#ifndef SOTTO_NATIVE_LITERT_LM_API_H_
#define SOTTO_NATIVE_LITERT_LM_API_H_

#include <cstddef>
#include <cstdint>

namespace sotto {

/** Called by LiteRT-LM on its own threads; the chunk lives only inside the call. */
using StreamCallback = void (*)(void* data, void* chunk);

// Every function of LiteRT-LM 0.18.1 that Sotto calls: result, name without "litert_lm_",
// parameters. Handles are opaque, strings are UTF-8. The next versions keep the names and change the
// signatures, and no symbol tells a version: only the pinned hash of the library makes this table true.
#define SOTTO_LITERT_LM_SYMBOLS(X)                                                                 \
  X(const char*, get_last_error_message, ())                                                      \
  X(int, get_last_error_code, ())                                                                 \
  X(void, clear_last_error, ())                                                                   \
  X(void, set_min_log_level, (int level))                                                         \
  X(void*, engine_settings_create,                                                                \
    (const char* path, const char* backend, const char* vision, const char* audio))               \
  X(void, engine_settings_delete, (void* settings))                                               \
  X(void, engine_settings_set_max_num_tokens, (void* settings, int tokens))                       \
  X(void, engine_settings_set_num_threads, (void* settings, int threads))                         \
  X(void, engine_settings_set_activation_data_type, (void* settings, int type))                   \
  X(void, engine_settings_set_prefill_chunk_size, (void* settings, int tokens))                   \
  X(void, engine_settings_set_cache_dir, (void* settings, const char* folder))                    \
  X(void, engine_settings_set_litert_dispatch_lib_dir, (void* settings, const char* folder))      \
  X(void, engine_settings_enable_benchmark, (void* settings))                                     \
  X(void*, engine_create, (const void* settings))                                                 \
  X(void, engine_delete, (void* engine))                                                          \
  X(void*, sampler_params_create, (int type))                                                     \
  X(void, sampler_params_delete, (void* sampler))                                                 \
  X(void, sampler_params_set_top_k, (void* sampler, int top_k))                                   \
  X(void, sampler_params_set_top_p, (void* sampler, float top_p))                                 \
  X(void, sampler_params_set_temperature, (void* sampler, float temperature))                     \
  X(void, sampler_params_set_seed, (void* sampler, int seed))                                     \
  X(void*, session_config_create, ())                                                             \
  X(void, session_config_delete, (void* config))                                                  \
  X(void, session_config_set_sampler_params, (void* config, void* sampler))                       \
  X(void*, thinking_config_create, ())                                                            \
  X(void, thinking_config_delete, (void* thinking))                                               \
  X(void, thinking_config_set_enable_thinking, (void* thinking, bool enabled))                    \
  X(void, thinking_config_set_thinking_token_budget, (void* thinking, int tokens))                \
  X(void*, conversation_config_create, ())                                                        \
  X(void, conversation_config_delete, (void* config))                                             \
  X(void, conversation_config_set_session_config, (void* config, void* session))                  \
  X(void, conversation_config_set_system_message, (void* config, const char* json))               \
  X(void, conversation_config_set_messages, (void* config, const char* json))                     \
  X(void, conversation_config_set_prompt_template, (void* config, const char* jinja))             \
  X(void, conversation_config_set_enable_constrained_decoding, (void* config, bool enabled))      \
  X(void, conversation_config_set_constraint_provider, (void* config, const int* provider))       \
  X(void, conversation_config_set_thinking_config, (void* config, void* thinking))                \
  X(void*, conversation_create, (void* engine, void* config))                                     \
  X(void*, conversation_clone, (void* conversation))                                              \
  X(void, conversation_delete, (void* conversation))                                              \
  X(void, conversation_cancel_process, (void* conversation))                                      \
  X(int, conversation_get_token_count, (void* conversation))                                      \
  X(const char*, conversation_render_message_to_string, (void* conversation, const char* json))   \
  X(int, conversation_send_message_stream,                                                        \
    (void* conversation, const char* message, const char* context, void* args,                    \
     StreamCallback callback, void* data))                                                        \
  X(void*, conversation_optional_args_create, ())                                                 \
  X(void, conversation_optional_args_delete, (void* args))                                        \
  X(void, conversation_optional_args_set_constraint, (void* args, int type, const char* text))    \
  X(void, conversation_optional_args_set_max_output_tokens, (void* args, int tokens))             \
  X(void, conversation_optional_args_set_repetition_penalty_config, (void* args, void* penalty))  \
  X(void*, repetition_penalty_config_create, ())                                                  \
  X(void, repetition_penalty_config_delete, (void* penalty))                                      \
  X(void, repetition_penalty_config_set_repetition_penalty, (void* penalty, float value))         \
  X(const char*, stream_chunk_get_text, (void* chunk))                                            \
  X(const char*, stream_chunk_get_error, (void* chunk))                                           \
  X(bool, stream_chunk_is_final, (void* chunk))                                                   \
  X(void*, conversation_get_benchmark_info, (void* conversation))                                 \
  X(void, benchmark_info_delete, (void* info))                                                    \
  X(double, benchmark_info_get_time_to_first_token, (void* info))                                 \
  X(double, benchmark_info_get_total_init_time_in_second, (void* info))                           \
  X(int, benchmark_info_get_num_prefill_turns, (void* info))                                      \
  X(int, benchmark_info_get_num_decode_turns, (void* info))                                       \
  X(int, benchmark_info_get_prefill_token_count_at, (void* info, int turn))                       \
  X(int, benchmark_info_get_decode_token_count_at, (void* info, int turn))                        \
  X(double, benchmark_info_get_prefill_tokens_per_sec_at, (void* info, int turn))                 \
  X(double, benchmark_info_get_decode_tokens_per_sec_at, (void* info, int turn))                  \
  X(void*, engine_tokenize, (void* engine, const char* text))                                     \
  X(const int*, tokenize_result_get_tokens, (void* result))                                       \
  X(size_t, tokenize_result_get_num_tokens, (void* result))                                       \
  X(void, tokenize_result_delete, (void* result))                                                 \
  X(void*, engine_detokenize, (void* engine, const int* tokens, size_t count))                    \
  X(const char*, detokenize_result_get_string, (void* result))                                    \
  X(void, detokenize_result_delete, (void* result))                                               \
  X(void*, loaded_file_create, (const char* path))                                                \
  X(void, loaded_file_delete, (void* file))                                                       \
  X(int, loaded_file_model_type, (void* file))                                                    \
  X(uint32_t, loaded_file_max_context_tokens, (void* file))                                       \
  X(bool, loaded_file_is_dynamic_context, (void* file))                                           \
  X(const char*, loaded_file_min_runtime_version, (void* file))                                   \
  X(bool, loaded_file_supports_thinking, (void* file))                                            \
  X(bool, loaded_file_supports_function_calling, (void* file))                                    \
  X(int, loaded_file_modality_npu_brand, (void* file, int modality))                              \
  X(const char*, loaded_file_modality_soc_name, (void* file, int modality))                       \
  X(int32_t, loaded_file_sampler_top_k, (void* file))                                             \
  X(float, loaded_file_sampler_top_p, (void* file))                                               \
  X(float, loaded_file_sampler_temperature, (void* file))

/** Pointers to the functions above, all set once the library is open. */
struct LitertLmApi {
#define SOTTO_DECLARE(result, name, parameters) result(*name) parameters = nullptr;
  SOTTO_LITERT_LM_SYMBOLS(SOTTO_DECLARE)
#undef SOTTO_DECLARE
};

}  // namespace sotto

#endif  // SOTTO_NATIVE_LITERT_LM_API_H_
