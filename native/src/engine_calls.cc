#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "argument_reader.h"
#include "call_helpers.h"
#include "calls.h"
#include "environment.h"
#include "litert_lm_library.h"
#include "model_facts.h"
#include "task.h"

namespace sotto {
namespace {

constexpr int kMaxThreads = 1024;
constexpr int kMaxTokens = 1 << 24;
constexpr int kSilent = 1000;

const Failure kNotOpen{"RUNTIME_MISSING", "The LiteRT-LM library has not been opened"};

EngineOptions ReadEngineOptions(ArgumentReader* reader, napi_value object) {
  EngineOptions options;
  reader->RequireObject(object, "options");
  options.model_path = reader->RequiredText(object, "modelPath");
  options.backend = reader->RequiredText(object, "backend");
  options.cache_dir = reader->RequiredText(object, "cacheDir");
  options.dispatch_lib_dir = reader->OptionalText(object, "dispatchLibDir").value_or("");
  options.vision_backend = reader->OptionalText(object, "visionBackend").value_or("");
  options.audio_backend = reader->OptionalText(object, "audioBackend").value_or("");
  options.threads = reader->OptionalInteger(object, "threads", 1, kMaxThreads).value_or(-1);
  options.max_tokens = reader->OptionalInteger(object, "maxTokens", 1, kMaxTokens).value_or(-1);
  options.activation_type = reader->OptionalInteger(object, "activationType", 0, 3).value_or(-1);
  options.prefill_chunk_tokens =
      reader->OptionalInteger(object, "prefillChunkTokens", 1, kMaxTokens).value_or(-1);
  options.benchmark = reader->OptionalBoolean(object, "benchmark").value_or(false);
  options.growing_cache = reader->OptionalBoolean(object, "growingCache").value_or(true);
  return options;
}

Napi::Object DescribeModel(Napi::Env env, const ModelFacts& facts) {
  Napi::Object result = Napi::Object::New(env);
  result.Set("modelType", facts.model_type);
  result.Set("maxContextTokens", facts.max_context_tokens);
  result.Set("dynamicContext", facts.dynamic_context);
  result.Set("minRuntimeVersion", facts.min_runtime_version);
  result.Set("supportsThinking", facts.supports_thinking);
  result.Set("supportsFunctionCalling", facts.supports_function_calling);
  result.Set("npuBrand", facts.npu_brand);
  result.Set("socName", facts.soc_name);
  result.Set("topK", facts.top_k);
  result.Set("topP", facts.top_p);
  result.Set("temperature", facts.temperature);
  return result;
}

}  // namespace

Napi::Value Open(const Napi::CallbackInfo& info) {
  ArgumentReader reader(info.Env());
  const std::string path = reader.Text(info[0], "path");
  const std::string from = reader.Text(info[1], "from");
  const std::vector<std::string> preloads = reader.Texts(info[2], "preloads");
  Napi::Object options = Napi::Object::New(info.Env());
  options.Set("logLevel", info[3]);
  const int log_level = reader.OptionalInteger(options, "logLevel", 0, kSilent).value_or(3);
  if (reader.failure()) return ThrowFailure(info.Env(), *reader.failure());
  const std::optional<Failure> failure = LitertLmLibrary::Open(path, from, preloads, log_level);
  if (failure) return ThrowFailure(info.Env(), *failure);
  return info.Env().Undefined();
}

Napi::Value CreateEngine(const Napi::CallbackInfo& info) {
  ArgumentReader reader(info.Env());
  const EngineOptions options = ReadEngineOptions(&reader, info[0]);
  if (reader.failure()) return RejectFailure(info.Env(), *reader.failure());
  const LitertLmApi* api = LitertLmLibrary::Api();
  if (api == nullptr) return RejectFailure(info.Env(), kNotOpen);
  struct Loaded {
    std::shared_ptr<Engine> engine;
    double ms = 0;
  };
  auto loaded = std::make_shared<Loaded>();
  auto work = [api, options, loaded]() {
    const auto start = std::chrono::steady_clock::now();
    std::optional<Failure> failure;
    loaded->engine = Engine::Create(*api, options, &failure);
    LitertLmLibrary::ReleaseFilePages();
    loaded->ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    return failure;
  };
  auto done = [loaded](napi_env env, const std::optional<Failure>& failure) -> napi_value {
    if (failure) return nullptr;
    const int64_t id = Environment::Of(env)->AddEngine(std::move(loaded->engine));
    Napi::Object result = Napi::Object::New(env);
    if (result.IsEmpty()) return nullptr;
    result.Set("id", MakeId(env, id));
    result.Set("loadMs", loaded->ms);
    return result;
  };
  return Napi::Value(info.Env(), Task::StartPromise(info.Env(), work, done));
}

Napi::Value DeleteEngine(const Napi::CallbackInfo& info) {
  ArgumentReader reader(info.Env());
  const int64_t id = reader.Id(info[0]);
  std::optional<Failure> failure = reader.failure();
  Environment* environment = Environment::Of(info.Env());
  std::shared_ptr<EngineEntry> entry = failure ? nullptr : environment->FindEngine(id, &failure);
  if (entry != nullptr && entry->users > 0) {
    failure = Failure{"BUSY", "This engine still has conversations: delete them first"};
  }
  if (failure) return RejectFailure(info.Env(), *failure);
  environment->RemoveEngine(id);
  auto work = [entry]() -> std::optional<Failure> {
    entry->engine.reset();
    return std::nullopt;
  };
  auto done = [](napi_env, const std::optional<Failure>&) -> napi_value { return nullptr; };
  return Napi::Value(info.Env(), Task::StartPromise(info.Env(), work, done));
}

Napi::Value Tokenize(const Napi::CallbackInfo& info) {
  ArgumentReader reader(info.Env());
  const int64_t id = reader.Id(info[0]);
  const std::string text = reader.Text(info[1], "text");
  std::optional<Failure> failure = reader.failure();
  const auto entry = failure ? nullptr : Environment::Of(info.Env())->FindEngine(id, &failure);
  std::vector<int> tokens;
  if (entry != nullptr) failure = entry->engine->Tokenize(text, &tokens);
  if (failure) return ThrowFailure(info.Env(), *failure);
  Napi::Array result = Napi::Array::New(info.Env(), tokens.size());
  for (uint32_t index = 0; index < tokens.size(); index++) result.Set(index, tokens[index]);
  return result;
}

Napi::Value Detokenize(const Napi::CallbackInfo& info) {
  ArgumentReader reader(info.Env());
  const int64_t id = reader.Id(info[0]);
  const std::vector<int> tokens = reader.Integers(info[1], "tokens");
  std::optional<Failure> failure = reader.failure();
  const auto entry = failure ? nullptr : Environment::Of(info.Env())->FindEngine(id, &failure);
  if (entry != nullptr && entry->streams > 0) failure = Failure{"BUSY", "The engine is generating"};
  std::string text;
  if (entry != nullptr && !failure) failure = entry->engine->Detokenize(tokens, &text);
  if (failure) return ThrowFailure(info.Env(), *failure);
  return Napi::String::New(info.Env(), text);
}

Napi::Value ReadModelInfo(const Napi::CallbackInfo& info) {
  ArgumentReader reader(info.Env());
  const std::string path = reader.Text(info[0], "path");
  if (reader.failure()) return RejectFailure(info.Env(), *reader.failure());
  const LitertLmApi* api = LitertLmLibrary::Api();
  if (api == nullptr) return RejectFailure(info.Env(), kNotOpen);
  auto facts = std::make_shared<ModelFacts>();
  auto work = [api, path, facts]() { return ModelFacts::Read(*api, path, facts.get()); };
  auto done = [facts](napi_env env, const std::optional<Failure>& failure) -> napi_value {
    if (failure) return nullptr;
    return DescribeModel(env, *facts);
  };
  return Napi::Value(info.Env(), Task::StartPromise(info.Env(), work, done));
}

}  // namespace sotto
