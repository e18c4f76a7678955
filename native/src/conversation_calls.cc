#include <limits>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "argument_reader.h"
#include "call_helpers.h"
#include "calls.h"
#include "environment.h"
#include "task.h"

namespace sotto {
namespace {

constexpr int kMaxInt = std::numeric_limits<int>::max();

ConversationOptions ReadConversationOptions(ArgumentReader* reader, napi_value object) {
  ConversationOptions options;
  reader->RequireObject(object, "options");
  options.system_json = reader->OptionalText(object, "systemJson");
  options.history_json = reader->OptionalText(object, "historyJson");
  options.jinja_template = reader->OptionalText(object, "template");
  options.temperature = static_cast<float>(reader->OptionalNumber(object, "temperature", 0, 1000).value_or(0));
  options.top_k = reader->OptionalInteger(object, "topK", 1, kMaxInt).value_or(1);
  options.top_p = static_cast<float>(reader->OptionalNumber(object, "topP", 0, 1).value_or(1));
  options.seed = reader->OptionalInteger(object, "seed", 0, kMaxInt);
  options.constrained = reader->OptionalBoolean(object, "constrained").value_or(false);
  options.thinking = reader->OptionalBoolean(object, "thinking");
  options.thinking_budget_tokens = reader->OptionalInteger(object, "thinkingBudgetTokens", -1, kMaxInt).value_or(-1);
  return options;
}

/** Makes a conversation off the event loop, by creating or by cloning, and gives it a handle. */
Napi::Value MakeConversation(napi_env env, const std::shared_ptr<EngineEntry>& engine,
                             std::function<std::shared_ptr<Conversation>(std::optional<Failure>*)> make,
                             std::function<void(napi_env)> after) {
  auto made = std::make_shared<std::shared_ptr<Conversation>>();
  engine->users++;
  auto work = [make = std::move(make), made]() {
    std::optional<Failure> failure;
    *made = make(&failure);
    return failure;
  };
  auto done = [engine, made, after = std::move(after)](napi_env js, const std::optional<Failure>& failure) {
    napi_value id = nullptr;
    if (failure) engine->users--;
    if (!failure) id = MakeId(js, Environment::Of(js)->AddConversation(engine, std::move(*made)));
    after(js);
    return id;
  };
  return Napi::Value(env, Task::StartPromise(env, work, done));
}

/** The idle conversation that the first argument names; throws and returns null otherwise. */
std::shared_ptr<ConversationEntry> IdleOrThrow(const Napi::CallbackInfo& info) {
  ArgumentReader reader(info.Env());
  const int64_t id = reader.Id(info[0]);
  std::optional<Failure> failure = reader.failure();
  auto entry = failure ? nullptr : Environment::Of(info.Env())->FindIdle(id, &failure);
  if (failure) Throw(info.Env(), *failure);
  return entry;
}

}  // namespace

Napi::Value CreateConversation(const Napi::CallbackInfo& info) {
  ArgumentReader reader(info.Env());
  const int64_t id = reader.Id(info[0]);
  const ConversationOptions options = ReadConversationOptions(&reader, info[1]);
  std::optional<Failure> failure = reader.failure();
  const auto entry = failure ? nullptr : Environment::Of(info.Env())->FindEngine(id, &failure);
  if (failure) return RejectFailure(info.Env(), *failure);
  auto make = [engine = entry->engine, options](std::optional<Failure>* why) {
    return Conversation::Create(engine, options, why);
  };
  return MakeConversation(info.Env(), entry, make, [](napi_env) {});
}

Napi::Value CloneConversation(const Napi::CallbackInfo& info) {
  ArgumentReader reader(info.Env());
  const int64_t id = reader.Id(info[0]);
  const std::string history = reader.Text(info[1], "history");
  std::optional<Failure> failure = reader.failure();
  Environment* environment = Environment::Of(info.Env());
  const auto entry = failure ? nullptr : environment->FindIdle(id, &failure);
  if (failure) return RejectFailure(info.Env(), *failure);
  entry->busy = true;
  auto make = [entry, history](std::optional<Failure>* why) { return entry->conversation->Clone(history, why); };
  auto after = [environment, entry](napi_env env) { environment->BecomeIdle(env, entry); };
  return MakeConversation(info.Env(), entry->engine, make, after);
}

Napi::Value DeleteConversation(const Napi::CallbackInfo& info) {
  ArgumentReader reader(info.Env());
  const int64_t id = reader.Id(info[0]);
  std::optional<Failure> failure = reader.failure();
  Environment* environment = Environment::Of(info.Env());
  const auto entry = failure ? nullptr : environment->FindConversation(id, &failure);
  if (failure) return RejectFailure(info.Env(), *failure);
  return Napi::Value(info.Env(), environment->DeleteConversation(info.Env(), id, entry));
}

Napi::Value TokenCount(const Napi::CallbackInfo& info) {
  const auto entry = IdleOrThrow(info);
  if (entry == nullptr) return Napi::Value();
  return Napi::Number::New(info.Env(), entry->conversation->token_count());
}

Napi::Value Render(const Napi::CallbackInfo& info) {
  ArgumentReader reader(info.Env());
  const std::string message = reader.Text(info[1], "message");
  if (reader.failure()) return ThrowFailure(info.Env(), *reader.failure());
  const auto entry = IdleOrThrow(info);
  if (entry == nullptr) return Napi::Value();
  std::string text;
  const std::optional<Failure> failure = entry->conversation->Render(message, &text);
  if (failure) return ThrowFailure(info.Env(), *failure);
  return Napi::String::New(info.Env(), text);
}

Napi::Value Benchmark(const Napi::CallbackInfo& info) {
  const auto entry = IdleOrThrow(info);
  if (entry == nullptr) return Napi::Value();
  const std::optional<BenchmarkFigures> figures = entry->conversation->Benchmark();
  if (!figures) return info.Env().Undefined();
  Napi::Object result = Napi::Object::New(info.Env());
  result.Set("initSeconds", figures->init_seconds);
  result.Set("timeToFirstTokenSeconds", figures->time_to_first_token_seconds);
  result.Set("prefillTokens", figures->prefill_tokens);
  result.Set("prefillTokensPerSecond", figures->prefill_tokens_per_second);
  result.Set("decodeTokens", figures->decode_tokens);
  result.Set("decodeTokensPerSecond", figures->decode_tokens_per_second);
  return result;
}

}  // namespace sotto
