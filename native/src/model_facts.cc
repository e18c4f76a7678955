#include "model_facts.h"

namespace sotto {
namespace {

constexpr int kTextModality = 0;
constexpr int kLanguageModel = 1;

std::string Copy(const char* text) { return text == nullptr ? "" : text; }

}  // namespace

std::optional<Failure> ModelFacts::Read(const LitertLmApi& api, const std::string& path, ModelFacts* facts) {
  void* file = api.loaded_file_create(path.c_str());
  if (file == nullptr) return LastFailure(api, "ENGINE_CREATE", "The model file could not be read");
  facts->model_type = api.loaded_file_model_type(file);
  facts->max_context_tokens = api.loaded_file_max_context_tokens(file);
  facts->min_runtime_version = Copy(api.loaded_file_min_runtime_version(file));
  facts->npu_brand = api.loaded_file_modality_npu_brand(file, kTextModality);
  facts->soc_name = Copy(api.loaded_file_modality_soc_name(file, kTextModality));
  if (facts->model_type == kLanguageModel) {
    facts->dynamic_context = api.loaded_file_is_dynamic_context(file);
    facts->supports_thinking = api.loaded_file_supports_thinking(file);
    facts->supports_function_calling = api.loaded_file_supports_function_calling(file);
    facts->top_k = api.loaded_file_sampler_top_k(file);
    facts->top_p = api.loaded_file_sampler_top_p(file);
    facts->temperature = api.loaded_file_sampler_temperature(file);
  }
  api.loaded_file_delete(file);
  return std::nullopt;
}

}  // namespace sotto
