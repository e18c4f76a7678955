#include <napi.h>

#ifdef _WIN32
#include <windows.h>
#else
#include <dlfcn.h>
#endif

#include "calls.h"
#include "environment.h"

namespace {

/**
 * Keeps this module in memory for good. Node unloads an addon with the last environment that uses it,
 * while LiteRT-LM's threads may still be on their way back into it.
 */
void PinModule() {
#ifdef _WIN32
  HMODULE module = nullptr;
  GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_PIN,
                     reinterpret_cast<LPCWSTR>(&PinModule), &module);
#else
  Dl_info info;
  if (dladdr(reinterpret_cast<void*>(&PinModule), &info) != 0) {
    dlopen(info.dli_fname, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE);
  }
#endif
}

template <Napi::Value (*call)(const Napi::CallbackInfo&)>
void Export(Napi::Object exports, const char* name) {
  exports.Set(name, Napi::Function::New<call>(exports.Env(), name));
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  PinModule();
  if (!sotto::Environment::Install(env)) {
    napi_throw_error(env, "RUNTIME_INCOMPATIBLE", "The addon cannot set up this environment");
    return exports;
  }
  Export<sotto::Confine>(exports, "confine");
  Export<sotto::Open>(exports, "open");
  Export<sotto::CreateEngine>(exports, "createEngine");
  Export<sotto::DeleteEngine>(exports, "deleteEngine");
  Export<sotto::Tokenize>(exports, "tokenize");
  Export<sotto::Detokenize>(exports, "detokenize");
  Export<sotto::ReadModelInfo>(exports, "modelInfo");
  Export<sotto::CreateConversation>(exports, "createConversation");
  Export<sotto::CloneConversation>(exports, "cloneConversation");
  Export<sotto::DeleteConversation>(exports, "deleteConversation");
  Export<sotto::TokenCount>(exports, "tokenCount");
  Export<sotto::Render>(exports, "render");
  Export<sotto::Benchmark>(exports, "benchmark");
  Export<sotto::Send>(exports, "send");
  Export<sotto::Cancel>(exports, "cancel");
  Export<sotto::CancelAll>(exports, "cancelAll");
  Export<sotto::LoadSpeech>(exports, "loadSpeech");
  Export<sotto::EncodeSpeech>(exports, "encodeSpeech");
  Export<sotto::ScoreSpeech>(exports, "scoreSpeech");
  Export<sotto::DecodeSpeech>(exports, "decodeSpeech");
  Export<sotto::AlignSpeech>(exports, "alignSpeech");
  Export<sotto::SpeechFacts>(exports, "speechFacts");
  Export<sotto::CancelSpeech>(exports, "cancelSpeech");
  Export<sotto::DeleteSpeech>(exports, "deleteSpeech");
  Export<sotto::ComputeLogMel>(exports, "logMel");
  Export<sotto::LoadTensors>(exports, "loadTensors");
  Export<sotto::RunTensors>(exports, "runTensors");
  Export<sotto::DeleteTensors>(exports, "deleteTensors");
  return exports;
}

}  // namespace

NODE_API_MODULE(sotto, Init)
