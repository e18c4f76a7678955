#ifndef SOTTO_NATIVE_ARGUMENT_READER_H_
#define SOTTO_NATIVE_ARGUMENT_READER_H_

#include <node_api.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "failure.h"

namespace sotto {

/**
 * Reads JavaScript arguments without trusting them. The first thing wrong is kept and everything read
 * after it is a default, so a caller reads all it needs and asks once whether it failed.
 */
class ArgumentReader {
 public:
  explicit ArgumentReader(napi_env env) : env_(env) {}

  /** The first thing wrong, as an ARGUMENT failure. */
  const std::optional<Failure>& failure() const { return failure_; }

  /** A property, or null when it is missing, undefined or null. */
  napi_value Property(napi_value object, const char* name);

  /** A handle number as addon calls hand them out; 0, which is never one, when it cannot be. */
  int64_t Id(napi_value value);

  std::string Text(napi_value value, const char* name);
  std::optional<std::string> OptionalText(napi_value object, const char* name);
  std::string RequiredText(napi_value object, const char* name);

  std::optional<double> OptionalNumber(napi_value object, const char* name, double min, double max);
  std::optional<int> OptionalInteger(napi_value object, const char* name, int min, int max);
  int RequiredInteger(napi_value object, const char* name, int min, int max);
  std::optional<bool> OptionalBoolean(napi_value object, const char* name);

  std::vector<int> Integers(napi_value array, const char* name);
  std::vector<std::string> Texts(napi_value array, const char* name);
  /** A copy of a Float32Array's elements. */
  std::vector<float> Floats(napi_value array, const char* name);

  void RequireObject(napi_value value, const char* name);
  void RequireFunction(napi_value value, const char* name);

 private:
  napi_valuetype TypeOf(napi_value value);
  uint32_t ArrayLength(napi_value array, const char* name);
  void Fail(const std::string& message);

  napi_env env_;
  std::optional<Failure> failure_;
};

}  // namespace sotto

#endif  // SOTTO_NATIVE_ARGUMENT_READER_H_
