#include <limits>
#include <memory>
#include <string>

#include "argument_reader.h"
#include "call_helpers.h"
#include "calls.h"
#include "environment.h"
#include "speech_entry.h"
#include "stream_table.h"
#include "task.h"

namespace sotto {
namespace {

/** A longer pattern or schema is a mistake, and compiling it would take minutes. */
constexpr size_t kMaxConstraintBytes = 64 * 1024;

SendOptions ReadSendOptions(ArgumentReader* reader, napi_value object) {
  SendOptions options;
  reader->RequireObject(object, "options");
  options.max_output_tokens = reader->OptionalInteger(object, "maxOutputTokens", 1, std::numeric_limits<int>::max());
  const std::optional<double> penalty = reader->OptionalNumber(object, "repetitionPenalty", 1, 100);
  if (penalty && *penalty != 1) options.repetition_penalty = static_cast<float>(*penalty);
  const std::optional<std::string> regex = reader->OptionalText(object, "regex");
  const std::optional<std::string> schema = reader->OptionalText(object, "jsonSchema");
  if (regex || schema) {
    options.constraint_type = regex ? SendOptions::kRegex : SendOptions::kJsonSchema;
    options.constraint = regex ? *regex : *schema;
  }
  return options;
}

}  // namespace

Napi::Value Send(const Napi::CallbackInfo& info) {
  ArgumentReader reader(info.Env());
  const int64_t id = reader.Id(info[0]);
  const std::string message = reader.Text(info[1], "message");
  const std::string history = reader.Text(info[2], "history");
  const SendOptions options = ReadSendOptions(&reader, info[3]);
  reader.RequireFunction(info[4], "listener");
  std::optional<Failure> failure = reader.failure();
  if (!failure && options.constraint.size() > kMaxConstraintBytes) {
    failure = Failure{"CONSTRAINT", "The pattern or schema is longer than 64 KiB"};
  }
  Environment* environment = Environment::Of(info.Env());
  const auto entry = failure ? nullptr : environment->FindIdle(id, &failure);
  // Two answers at once would take turns with the engine's one state.
  if (entry != nullptr && entry->engine->streams > 0) {
    failure = Failure{"BUSY", "The engine is answering another conversation"};
  }
  if (failure) return RejectFailure(info.Env(), *failure);
  const auto stream = environment->BeginStream(info.Env(), entry, info[4]);
  if (stream == nullptr) return RejectFailure(info.Env(), Failure{"ARGUMENT", "The listener cannot be kept"});
  auto work = [entry, message, history, options, stream]() {
    return entry->conversation->Start(message, history, options, stream);
  };
  auto done = [environment, entry](napi_env env, const std::optional<Failure>& why) -> napi_value {
    environment->StreamStarted(env, entry, !why);
    return nullptr;
  };
  return Napi::Value(info.Env(), Task::StartPromise(info.Env(), work, done));
}

Napi::Value Cancel(const Napi::CallbackInfo& info) {
  ArgumentReader reader(info.Env());
  const int64_t id = reader.Id(info[0]);
  std::optional<Failure> failure = reader.failure();
  const auto entry = failure ? nullptr : Environment::Of(info.Env())->FindConversation(id, &failure);
  if (failure) return ThrowFailure(info.Env(), *failure);
  if (entry->stream != nullptr) entry->stream->Cancel();
  return info.Env().Undefined();
}

Napi::Value CancelAll(const Napi::CallbackInfo& info) {
  StreamTable::Get().CancelAllAndWait();
  SpeechRuns::EndAll();
  return info.Env().Undefined();
}

}  // namespace sotto
