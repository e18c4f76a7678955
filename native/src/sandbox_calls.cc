#include "argument_reader.h"
#include "call_helpers.h"
#include "calls.h"
#include "sandbox.h"

namespace sotto {

Napi::Value Confine(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  ArgumentReader reader(env);
  SandboxRules rules;
  const napi_value options = info[0];
  reader.RequireObject(options, "options");
  rules.read = reader.Texts(reader.Property(options, "read"), "read");
  rules.write = reader.Texts(reader.Property(options, "write"), "write");
  rules.devices = reader.OptionalBoolean(options, "devices").value_or(false);
  if (reader.failure()) return ThrowFailure(env, *reader.failure());
  const SandboxResult result = Confine(rules);
  Napi::Object object = Napi::Object::New(env);
  object.Set("files", result.files);
  object.Set("network", result.network);
  return object;
}

}  // namespace sotto
