#include "speech_model.h"

#include "cached_speech_model.h"
#include "uncached_speech_model.h"

namespace sotto {

std::unique_ptr<SpeechModel> SpeechModel::Load(const TfliteApi& api, const SpeechModelOptions& options,
                                               std::optional<Failure>* failure) {
  if (options.kv_cache) return CachedSpeechModel::Load(api, options, failure);
  return UncachedSpeechModel::Load(api, options, failure);
}

}  // namespace sotto
