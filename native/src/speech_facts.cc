#include <napi.h>

#include "argument_reader.h"
#include "call_helpers.h"
#include "calls.h"
#include "environment.h"
#include "speech_entry.h"

namespace sotto {

Napi::Value SpeechFacts(const Napi::CallbackInfo& info) {
  ArgumentReader reader(info.Env());
  const int64_t id = reader.Id(info[0]);
  std::optional<Failure> failure = reader.failure();
  const auto entry = failure ? nullptr : Environment::Of(info.Env())->FindSpeech(id, &failure);
  if (failure) return ThrowFailure(info.Env(), *failure);
  // Sizes are fixed once it is loaded, so a call that works on it meanwhile is no matter.
  const SpeechModelOptions& options = entry->model->options();
  Napi::Object facts = Napi::Object::New(info.Env());
  facts.Set("mels", options.mels);
  facts.Set("vocabularySize", options.vocabulary);
  facts.Set("cacheLength", options.cache_length);
  facts.Set("frames", options.windows.back().frames);
  facts.Set("positions", options.windows.back().positions);
  return facts;
}

}  // namespace sotto
