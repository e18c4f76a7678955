#include "engine.h"

namespace sotto {
namespace {

void Apply(const LitertLmApi& api, void* settings, const EngineOptions& options) {
  // Without a cache folder the runtime writes a file as large as the model beside the model.
  api.engine_settings_set_cache_dir(settings, options.cache_dir.c_str());
  // On gpu and npu the runtime would only warn.
  if (options.threads > 0 && options.backend == "cpu") {
    api.engine_settings_set_num_threads(settings, options.threads);
  }
  if (options.max_tokens > 0) api.engine_settings_set_max_num_tokens(settings, options.max_tokens);
  if (options.prefill_chunk_tokens > 0) {
    api.engine_settings_set_prefill_chunk_size(settings, options.prefill_chunk_tokens);
  }
  if (options.activation_type >= 0) {
    api.engine_settings_set_activation_data_type(settings, options.activation_type);
  }
  if (!options.dispatch_lib_dir.empty()) {
    api.engine_settings_set_litert_dispatch_lib_dir(settings, options.dispatch_lib_dir.c_str());
  }
  if (options.benchmark) api.engine_settings_enable_benchmark(settings);
}

}  // namespace

std::shared_ptr<Engine> Engine::Create(const LitertLmApi& api, const EngineOptions& options,
                                       std::optional<Failure>* failure) {
  const auto encoder = [](const std::string& backend) { return backend.empty() ? nullptr : backend.c_str(); };
  void* settings = api.engine_settings_create(options.model_path.c_str(), options.backend.c_str(),
                                              encoder(options.vision_backend), encoder(options.audio_backend));
  if (settings == nullptr) {
    *failure = LastFailure(api, "ENGINE_CREATE", "The engine's settings were refused");
    return nullptr;
  }
  Apply(api, settings, options);
  void* handle = api.engine_create(settings);
  if (handle == nullptr) {
    *failure = LastFailure(api, "ENGINE_CREATE", "The engine could not be created on " + options.backend);
  }
  api.engine_settings_delete(settings);
  return handle == nullptr ? nullptr : std::shared_ptr<Engine>(new Engine(api, handle, options.growing_cache));
}

Engine::~Engine() { api_.engine_delete(handle_); }

std::optional<Failure> Engine::Tokenize(const std::string& text, std::vector<int>* tokens) const {
  void* result = api_.engine_tokenize(handle_, text.c_str());
  if (result == nullptr) return LastFailure(api_, "ARGUMENT", "The text could not be tokenized");
  const int* first = api_.tokenize_result_get_tokens(result);
  tokens->assign(first, first + api_.tokenize_result_get_num_tokens(result));
  api_.tokenize_result_delete(result);
  return std::nullopt;
}

std::optional<Failure> Engine::Detokenize(const std::vector<int>& tokens, std::string* text) const {
  void* result = api_.engine_detokenize(handle_, tokens.data(), tokens.size());
  if (result == nullptr) return LastFailure(api_, "ARGUMENT", "The tokens could not be turned into text");
  const char* string = api_.detokenize_result_get_string(result);
  *text = string == nullptr ? "" : string;
  api_.detokenize_result_delete(result);
  return std::nullopt;
}

}  // namespace sotto
