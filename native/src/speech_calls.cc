#include <napi.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "argument_reader.h"
#include "call_helpers.h"
#include "calls.h"
#include "environment.h"
#include "litert_lm_library.h"
#include "log_mel.h"
#include "speech_decoder.h"
#include "speech_entry.h"
#include "task.h"
#include "word_alignment.h"

namespace sotto {
namespace {

constexpr int kMaxThreads = 1024;
constexpr int kMaxSize = 1 << 20;
constexpr int kMaxBeams = 16;

const Failure kNotOpen{"RUNTIME_MISSING", "The LiteRT-LM library has not been opened"};

std::vector<SpeechWindow> ReadWindows(ArgumentReader* reader, napi_value object) {
  const auto frames = reader->Integers(reader->Property(object, "windowFrames"), "windowFrames");
  const auto positions = reader->Integers(reader->Property(object, "windowPositions"), "windowPositions");
  const auto encode = reader->Texts(reader->Property(object, "encode"), "encode");
  const auto decode = reader->Texts(reader->Property(object, "decode"), "decode");
  const auto prefill = reader->Texts(reader->Property(object, "prefill"), "prefill");
  std::vector<SpeechWindow> windows;
  const size_t count = frames.size();
  if (positions.size() != count || encode.size() != count || decode.size() != count || prefill.size() != count) {
    return windows;
  }
  for (size_t index = 0; index < count; index++) {
    windows.push_back({frames[index], positions[index], encode[index], decode[index], prefill[index]});
  }
  return windows;
}

SpeechModelOptions ReadModelOptions(ArgumentReader* reader, napi_value object) {
  SpeechModelOptions options;
  reader->RequireObject(object, "options");
  options.model_path = reader->RequiredText(object, "modelPath");
  options.cache_path = reader->OptionalText(object, "cachePath").value_or("");
  options.threads = reader->RequiredInteger(object, "threads", 1, kMaxThreads);
  options.kv_cache = reader->OptionalBoolean(object, "kvCache").value_or(true);
  // Without a cache the graph itself tells its sizes.
  if (!options.kv_cache) return options;
  options.mels = reader->RequiredInteger(object, "mels", 1, 512);
  options.layers = reader->RequiredInteger(object, "layers", 1, 256);
  options.heads = reader->RequiredInteger(object, "heads", 1, 256);
  options.head_size = reader->RequiredInteger(object, "headSize", 1, 1024);
  options.vocabulary = reader->RequiredInteger(object, "vocabularySize", 1, kMaxSize);
  options.cache_length = reader->RequiredInteger(object, "cacheLength", 1, 1 << 16);
  options.prefill_length = reader->RequiredInteger(object, "prefillLength", 1, 1 << 12);
  options.alignment_heads = reader->RequiredInteger(object, "alignmentHeads", 0, 4096);
  options.windows = ReadWindows(reader, object);
  return options;
}

DecodeOptions ReadDecodeOptions(ArgumentReader* reader, napi_value object) {
  DecodeOptions options;
  reader->RequireObject(object, "options");
  options.tokens.end_of_text = reader->RequiredInteger(object, "endOfText", 0, kMaxSize);
  options.tokens.no_speech = reader->OptionalInteger(object, "noSpeech", 0, kMaxSize).value_or(-1);
  options.tokens.no_timestamps = reader->RequiredInteger(object, "noTimestamps", 0, kMaxSize);
  options.tokens.timestamp_begin = reader->RequiredInteger(object, "timestampBegin", 0, kMaxSize);
  options.prompt = reader->Integers(reader->Property(object, "prompt"), "prompt");
  options.start_index = reader->RequiredInteger(object, "startIndex", 0, kMaxSize);
  options.suppressed = reader->Integers(reader->Property(object, "suppressed"), "suppressed");
  options.suppressed_first = reader->Integers(reader->Property(object, "suppressedFirst"), "suppressedFirst");
  options.timestamps = reader->OptionalBoolean(object, "timestamps").value_or(true);
  options.latest_start = reader->OptionalInteger(object, "latestStart", 0, kMaxSize).value_or(50);
  options.max_tokens = reader->RequiredInteger(object, "maxTokens", 1, kMaxSize);
  options.beams = reader->OptionalInteger(object, "beams", 1, kMaxBeams).value_or(1);
  options.temperature = static_cast<float>(reader->OptionalNumber(object, "temperature", 0, 5).value_or(0));
  options.seed = static_cast<uint32_t>(reader->OptionalInteger(object, "seed", 0, 0x7fffffff).value_or(0));
  return options;
}

/** Tokens index the scores: one beyond the vocabulary would read foreign memory. */
std::optional<Failure> CheckTokens(const DecodeOptions& options, int vocabulary) {
  const auto fits = [vocabulary](int token) { return token >= 0 && token < vocabulary; };
  bool good = options.start_index < static_cast<int>(options.prompt.size()) && fits(options.tokens.end_of_text) &&
              fits(options.tokens.no_timestamps) && fits(options.tokens.timestamp_begin) &&
              (options.tokens.no_speech == -1 || fits(options.tokens.no_speech));
  for (int32_t token : options.prompt) good = good && fits(token);
  if (good) return std::nullopt;
  return Failure{"ARGUMENT", "A token lies outside of the vocabulary, or the prompt holds no start"};
}

/** The entry, marked busy; null and a failure where it is dead or busy already. */
std::shared_ptr<SpeechEntry> Take(napi_env env, ArgumentReader* reader, napi_value id, std::optional<Failure>* failure) {
  const int64_t number = reader->Id(id);
  *failure = reader->failure();
  auto entry = *failure ? nullptr : Environment::Of(env)->FindSpeech(number, failure);
  if (entry != nullptr && entry->busy) {
    *failure = Failure{"BUSY", "This speech model is still busy with another call"};
    return nullptr;
  }
  return entry;
}

template <typename T, typename Array>
napi_value MakeArray(Napi::Env env, const std::vector<T>& values) {
  Array array = Array::New(env, values.size());
  std::copy(values.begin(), values.end(), array.Data());
  return array;
}

}  // namespace

Napi::Value LoadSpeech(const Napi::CallbackInfo& info) {
  ArgumentReader reader(info.Env());
  const SpeechModelOptions options = ReadModelOptions(&reader, info[0]);
  if (reader.failure()) return RejectFailure(info.Env(), *reader.failure());
  const TfliteApi* api = LitertLmLibrary::Tflite();
  if (api == nullptr) return RejectFailure(info.Env(), kNotOpen);
  auto entry = std::make_shared<SpeechEntry>();
  auto work = [api, options, entry]() {
    std::optional<Failure> failure;
    entry->model = SpeechModel::Load(*api, options, &failure);
    LitertLmLibrary::ReleaseFilePages();
    return failure;
  };
  auto done = [entry](napi_env env, const std::optional<Failure>& failure) -> napi_value {
    if (failure) return nullptr;
    return MakeId(env, Environment::Of(env)->AddSpeech(entry));
  };
  return Napi::Value(info.Env(), Task::StartPromise(info.Env(), work, done));
}

Napi::Value DeleteSpeech(const Napi::CallbackInfo& info) {
  ArgumentReader reader(info.Env());
  const int64_t id = reader.Id(info[0]);
  std::optional<Failure> failure = reader.failure();
  auto entry = failure ? nullptr : Environment::Of(info.Env())->FindSpeech(id, &failure);
  if (failure) return RejectFailure(info.Env(), *failure);
  entry->cancel = true;
  Environment::Of(info.Env())->RemoveSpeech(id);
  // A call that still works on it holds a reference of its own; whoever ends last deletes it.
  auto work = [entry = std::move(entry)]() mutable -> std::optional<Failure> {
    entry.reset();
    return std::nullopt;
  };
  auto done = [](napi_env, const std::optional<Failure>&) -> napi_value { return nullptr; };
  return Napi::Value(info.Env(), Task::StartPromise(info.Env(), work, done));
}

Napi::Value EncodeSpeech(const Napi::CallbackInfo& info) {
  ArgumentReader reader(info.Env());
  auto samples = std::make_shared<std::vector<float>>(reader.Floats(info[1], "samples"));
  Napi::Object rest = Napi::Object::New(info.Env());
  rest.Set("window", info[2]);
  const int window = reader.RequiredInteger(rest, "window", 0, 64);
  std::optional<Failure> failure;
  auto entry = Take(info.Env(), &reader, info[0], &failure);
  if (failure) return RejectFailure(info.Env(), *failure);
  entry->busy = true;
  auto work = [entry, samples, window]() {
    const SpeechRuns::Mark mark;
    return entry->model->Encode(samples->data(), samples->size(), window);
  };
  auto done = [entry](napi_env, const std::optional<Failure>&) -> napi_value {
    entry->busy = false;
    return nullptr;
  };
  return Napi::Value(info.Env(), Task::StartPromise(info.Env(), work, done));
}

Napi::Value DecodeSpeech(const Napi::CallbackInfo& info) {
  ArgumentReader reader(info.Env());
  const DecodeOptions options = ReadDecodeOptions(&reader, info[1]);
  reader.RequireFunction(info[2], "listener");
  std::optional<Failure> failure;
  auto entry = Take(info.Env(), &reader, info[0], &failure);
  if (!failure) failure = CheckTokens(options, entry->model->options().vocabulary);
  if (failure) return RejectFailure(info.Env(), *failure);
  entry->busy = true;
  entry->cancel = false;
  auto tell = std::make_shared<Napi::ThreadSafeFunction>(
      Napi::ThreadSafeFunction::New(info.Env(), info[2].As<Napi::Function>(), "sotto.tokens", 0, 1));
  auto result = std::make_shared<DecodeResult>();
  auto work = [entry, options, result, tell]() {
    const SpeechRuns::Mark mark;
    const auto listener = [&](int32_t token) {
      tell->NonBlockingCall([token](Napi::Env env, Napi::Function function) {
        if (env != nullptr) function.Call({Napi::Number::New(env, token)});
      });
    };
    std::optional<Failure> problem = Decode(entry->model.get(), options, entry->cancel, listener, result.get());
    tell->Release();
    return problem;
  };
  auto done = [entry, result](napi_env env, const std::optional<Failure>& problem) -> napi_value {
    entry->busy = false;
    if (problem) return nullptr;
    Napi::Object object = Napi::Object::New(env);
    if (object.IsEmpty()) return nullptr;
    object.Set("tokens", MakeArray<int32_t, Napi::Int32Array>(env, result->tokens));
    object.Set("logProbabilities", MakeArray<float, Napi::Float32Array>(env, result->log_probabilities));
    object.Set("meanLogProbability", result->mean_log_probability);
    object.Set("noSpeechProbability", result->no_speech_probability);
    object.Set("cut", result->cut);
    object.Set("cancelled", result->cancelled);
    return object;
  };
  return Napi::Value(info.Env(), Task::StartPromise(info.Env(), work, done));
}

Napi::Value ScoreSpeech(const Napi::CallbackInfo& info) {
  ArgumentReader reader(info.Env());
  Napi::Object rest = Napi::Object::New(info.Env());
  rest.Set("start", info[1]);
  const int start = reader.RequiredInteger(rest, "start", 0, kMaxSize);
  const std::vector<int32_t> tokens = reader.Integers(info[2], "tokens");
  std::optional<Failure> failure;
  auto entry = Take(info.Env(), &reader, info[0], &failure);
  bool fits = true;
  for (int32_t token : tokens) fits = fits && entry != nullptr && token < entry->model->options().vocabulary;
  if (!failure && !fits) failure = Failure{"ARGUMENT", "A token lies outside of the vocabulary"};
  if (failure) return RejectFailure(info.Env(), *failure);
  entry->busy = true;
  auto result = std::make_shared<std::vector<float>>();
  auto work = [entry, start, tokens, result]() {
    const SpeechRuns::Mark mark;
    return ScoreFirst(entry->model.get(), start, tokens, result.get());
  };
  auto done = [entry, result](napi_env env, const std::optional<Failure>& problem) -> napi_value {
    entry->busy = false;
    return problem ? nullptr : MakeArray<float, Napi::Float32Array>(env, *result);
  };
  return Napi::Value(info.Env(), Task::StartPromise(info.Env(), work, done));
}

Napi::Value AlignSpeech(const Napi::CallbackInfo& info) {
  ArgumentReader reader(info.Env());
  const std::vector<int32_t> rows = reader.Integers(info[1], "rows");
  Napi::Object rest = Napi::Object::New(info.Env());
  rest.Set("audioPositions", info[2]);
  const int positions = reader.RequiredInteger(rest, "audioPositions", 0, kMaxSize);
  std::optional<Failure> failure;
  auto entry = Take(info.Env(), &reader, info[0], &failure);
  if (!failure && entry->model->options().alignment_heads == 0) {
    failure = Failure{"ARGUMENT", "This speech model does not tell when words are spoken"};
  }
  for (int32_t row : rows) {
    if (!failure && row >= entry->model->position()) failure = Failure{"ARGUMENT", "A row has not been read"};
  }
  if (failure) return RejectFailure(info.Env(), *failure);
  entry->busy = true;
  auto result = std::make_shared<std::vector<int32_t>>();
  auto work = [entry, rows, positions, result]() -> std::optional<Failure> {
    *result = AlignTokens(*entry->model, rows, positions);
    return std::nullopt;
  };
  auto done = [entry, result](napi_env env, const std::optional<Failure>&) -> napi_value {
    entry->busy = false;
    return MakeArray<int32_t, Napi::Int32Array>(env, *result);
  };
  return Napi::Value(info.Env(), Task::StartPromise(info.Env(), work, done));
}

Napi::Value ComputeLogMel(const Napi::CallbackInfo& info) {
  ArgumentReader reader(info.Env());
  const std::vector<float> samples = reader.Floats(info[0], "samples");
  Napi::Object rest = Napi::Object::New(info.Env());
  rest.Set("mels", info[1]);
  rest.Set("frames", info[2]);
  const int mels = reader.RequiredInteger(rest, "mels", 1, 512);
  const int frames = reader.RequiredInteger(rest, "frames", 1, 1 << 16);
  if (reader.failure()) return ThrowFailure(info.Env(), *reader.failure());
  std::vector<float> result(static_cast<size_t>(mels) * frames);
  LogMel(mels).Compute(samples.data(), samples.size(), frames, result.data());
  return Napi::Value(info.Env(), MakeArray<float, Napi::Float32Array>(info.Env(), result));
}

Napi::Value CancelSpeech(const Napi::CallbackInfo& info) {
  ArgumentReader reader(info.Env());
  const int64_t id = reader.Id(info[0]);
  std::optional<Failure> failure = reader.failure();
  auto entry = failure ? nullptr : Environment::Of(info.Env())->FindSpeech(id, &failure);
  if (failure) return ThrowFailure(info.Env(), *failure);
  entry->cancel = true;
  return info.Env().Undefined();
}

}  // namespace sotto
