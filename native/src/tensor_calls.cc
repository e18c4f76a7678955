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
#include "speech_entry.h"
#include "task.h"

namespace sotto {
namespace {

struct NamedFloats {
  std::string name;
  std::vector<float> values;
};

const Failure kNotOpen{"RUNTIME_MISSING", "The LiteRT-LM library has not been opened"};

std::optional<Failure> RunSignature(TfliteModel* model, const std::string& key, const std::vector<NamedFloats>& inputs,
                                    std::vector<NamedFloats>* outputs) {
  TfliteRunner* runner = model->HasSignature(key) ? model->Runner(key) : nullptr;
  if (runner == nullptr) return Failure{"ARGUMENT", "The model has no signature " + key};
  for (const NamedFloats& input : inputs) {
    float* target = runner->InputFloats(input.name, input.values.size());
    if (target == nullptr) return Failure{"ARGUMENT", "The input " + input.name + " is not of that size"};
    std::copy(input.values.begin(), input.values.end(), target);
  }
  if (!runner->Invoke()) return Failure{"SEND", "The model could not run"};
  for (NamedFloats& output : *outputs) {
    const size_t count = runner->OutputCount(output.name);
    const float* values = count == 0 ? nullptr : runner->OutputFloats(output.name, count);
    if (values == nullptr) return Failure{"ARGUMENT", "The model has no output " + output.name};
    output.values.assign(values, values + count);
  }
  return std::nullopt;
}

}  // namespace

Napi::Value LoadTensors(const Napi::CallbackInfo& info) {
  ArgumentReader reader(info.Env());
  reader.RequireObject(info[0], "options");
  const std::string path = reader.RequiredText(info[0], "modelPath");
  const int threads = reader.RequiredInteger(info[0], "threads", 1, 1024);
  if (reader.failure()) return RejectFailure(info.Env(), *reader.failure());
  const TfliteApi* api = LitertLmLibrary::Tflite();
  if (api == nullptr) return RejectFailure(info.Env(), kNotOpen);
  auto entry = std::make_shared<TensorEntry>();
  auto work = [api, path, threads, entry]() {
    std::optional<Failure> failure;
    entry->model = TfliteModel::Load(*api, path, "", threads, nullptr, &failure);
    return failure;
  };
  auto done = [entry](napi_env env, const std::optional<Failure>& failure) -> napi_value {
    if (failure) return nullptr;
    return MakeId(env, Environment::Of(env)->AddTensors(entry));
  };
  return Napi::Value(info.Env(), Task::StartPromise(info.Env(), work, done));
}

Napi::Value RunTensors(const Napi::CallbackInfo& info) {
  ArgumentReader reader(info.Env());
  const int64_t id = reader.Id(info[0]);
  const std::string key = reader.Text(info[1], "signature");
  const std::vector<std::string> names = reader.Texts(info[2], "inputNames");
  auto inputs = std::make_shared<std::vector<NamedFloats>>();
  for (size_t index = 0; index < names.size() && !reader.failure(); index++) {
    napi_value value = nullptr;
    napi_get_element(info.Env(), info[3], static_cast<uint32_t>(index), &value);
    inputs->push_back({names[index], reader.Floats(value, "inputs")});
  }
  auto outputs = std::make_shared<std::vector<NamedFloats>>();
  for (const std::string& name : reader.Texts(info[4], "outputNames")) outputs->push_back({name, {}});
  std::optional<Failure> failure = reader.failure();
  auto entry = failure ? nullptr : Environment::Of(info.Env())->FindTensors(id, &failure);
  if (entry != nullptr && entry->busy) failure = Failure{"BUSY", "This model is still busy with another call"};
  if (failure) return RejectFailure(info.Env(), *failure);
  entry->busy = true;
  auto work = [entry, key, inputs, outputs]() {
    const SpeechRuns::Mark mark;
    return RunSignature(entry->model.get(), key, *inputs, outputs.get());
  };
  auto done = [entry, outputs](napi_env env, const std::optional<Failure>& problem) -> napi_value {
    entry->busy = false;
    if (problem) return nullptr;
    Napi::Array result = Napi::Array::New(env, outputs->size());
    if (result.IsEmpty()) return nullptr;
    for (size_t index = 0; index < outputs->size(); index++) {
      const std::vector<float>& values = (*outputs)[index].values;
      Napi::Float32Array array = Napi::Float32Array::New(env, values.size());
      std::copy(values.begin(), values.end(), array.Data());
      result.Set(static_cast<uint32_t>(index), array);
    }
    return result;
  };
  return Napi::Value(info.Env(), Task::StartPromise(info.Env(), work, done));
}

Napi::Value DeleteTensors(const Napi::CallbackInfo& info) {
  ArgumentReader reader(info.Env());
  const int64_t id = reader.Id(info[0]);
  std::optional<Failure> failure = reader.failure();
  auto entry = failure ? nullptr : Environment::Of(info.Env())->FindTensors(id, &failure);
  if (failure) return RejectFailure(info.Env(), *failure);
  Environment::Of(info.Env())->RemoveTensors(id);
  auto work = [entry = std::move(entry)]() mutable -> std::optional<Failure> {
    entry.reset();
    return std::nullopt;
  };
  auto done = [](napi_env, const std::optional<Failure>&) -> napi_value { return nullptr; };
  return Napi::Value(info.Env(), Task::StartPromise(info.Env(), work, done));
}

}  // namespace sotto
