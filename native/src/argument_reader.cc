#include "argument_reader.h"

#include <cmath>
#include <limits>

namespace sotto {

void ArgumentReader::Fail(const std::string& message) {
  if (!failure_) failure_ = Failure{"ARGUMENT", message};
}

napi_valuetype ArgumentReader::TypeOf(napi_value value) {
  napi_valuetype type = napi_undefined;
  if (value != nullptr) napi_typeof(env_, value, &type);
  return type;
}

napi_value ArgumentReader::Property(napi_value object, const char* name) {
  if (failure_) return nullptr;
  napi_value value = nullptr;
  // Fails when a getter throws; the exception is then pending and Throw keeps it.
  if (napi_get_named_property(env_, object, name, &value) != napi_ok) {
    Fail(std::string(name) + " could not be read");
    return nullptr;
  }
  const napi_valuetype type = TypeOf(value);
  return type == napi_undefined || type == napi_null ? nullptr : value;
}

int64_t ArgumentReader::Id(napi_value value) {
  double number = 0;
  if (TypeOf(value) == napi_number) napi_get_value_double(env_, value, &number);
  const bool whole = std::isfinite(number) && number > 0 && number < 9007199254740992.0 && std::floor(number) == number;
  if (!whole) Fail("a handle is a positive whole number");
  return whole ? static_cast<int64_t>(number) : 0;
}

std::string ArgumentReader::Text(napi_value value, const char* name) {
  size_t length = 0;
  if (TypeOf(value) != napi_string || napi_get_value_string_utf8(env_, value, nullptr, 0, &length) != napi_ok) {
    Fail(std::string(name) + " must be a string");
    return "";
  }
  std::string text(length + 1, '\0');
  napi_get_value_string_utf8(env_, value, text.data(), text.size(), &length);
  text.resize(length);
  // LiteRT-LM takes C strings: everything after a NUL would silently be lost.
  if (text.find('\0') != std::string::npos) Fail(std::string(name) + " must not hold a NUL character");
  return text;
}

std::optional<std::string> ArgumentReader::OptionalText(napi_value object, const char* name) {
  napi_value value = Property(object, name);
  if (value == nullptr) return std::nullopt;
  return Text(value, name);
}

std::string ArgumentReader::RequiredText(napi_value object, const char* name) {
  std::string text = OptionalText(object, name).value_or("");
  if (text.empty()) Fail(std::string(name) + " must be a string and not empty");
  return text;
}

std::optional<double> ArgumentReader::OptionalNumber(napi_value object, const char* name, double min, double max) {
  napi_value value = Property(object, name);
  if (value == nullptr) return std::nullopt;
  double number = std::numeric_limits<double>::quiet_NaN();
  if (TypeOf(value) == napi_number) napi_get_value_double(env_, value, &number);
  // Written so that NaN fails too.
  if (number >= min && number <= max) return number;
  Fail(std::string(name) + " must be a number from " + std::to_string(min) + " to " + std::to_string(max));
  return std::nullopt;
}

std::optional<int> ArgumentReader::OptionalInteger(napi_value object, const char* name, int min, int max) {
  const std::optional<double> number = OptionalNumber(object, name, min, max);
  if (!number) return std::nullopt;
  if (std::floor(*number) != *number) Fail(std::string(name) + " must be a whole number");
  return static_cast<int>(*number);
}

int ArgumentReader::RequiredInteger(napi_value object, const char* name, int min, int max) {
  const std::optional<int> number = OptionalInteger(object, name, min, max);
  if (!number) Fail(std::string(name) + " must be a whole number");
  return number.value_or(min);
}

std::optional<bool> ArgumentReader::OptionalBoolean(napi_value object, const char* name) {
  napi_value value = Property(object, name);
  if (value == nullptr) return std::nullopt;
  bool result = false;
  if (napi_get_value_bool(env_, value, &result) != napi_ok) Fail(std::string(name) + " must be true or false");
  return result;
}

uint32_t ArgumentReader::ArrayLength(napi_value array, const char* name) {
  bool is_array = false;
  uint32_t length = 0;
  if (array != nullptr) napi_is_array(env_, array, &is_array);
  if (is_array) napi_get_array_length(env_, array, &length);
  if (!is_array) Fail(std::string(name) + " must be an array");
  return length;
}

std::vector<int> ArgumentReader::Integers(napi_value array, const char* name) {
  std::vector<int> result;
  const uint32_t length = ArrayLength(array, name);
  for (uint32_t index = 0; index < length && !failure_; index++) {
    napi_value value = nullptr;
    double number = -1;
    if (napi_get_element(env_, array, index, &value) == napi_ok && TypeOf(value) == napi_number) {
      napi_get_value_double(env_, value, &number);
    }
    const bool whole = number >= 0 && number <= std::numeric_limits<int>::max() && std::floor(number) == number;
    if (!whole) Fail(std::string(name) + " must hold whole numbers from 0");
    if (whole) result.push_back(static_cast<int>(number));
  }
  return result;
}

std::vector<std::string> ArgumentReader::Texts(napi_value array, const char* name) {
  std::vector<std::string> result;
  const uint32_t length = ArrayLength(array, name);
  for (uint32_t index = 0; index < length && !failure_; index++) {
    napi_value value = nullptr;
    if (napi_get_element(env_, array, index, &value) != napi_ok) Fail(std::string(name) + " could not be read");
    result.push_back(Text(value, name));
  }
  return result;
}

std::vector<float> ArgumentReader::Floats(napi_value array, const char* name) {
  bool is_typed = false;
  napi_typedarray_type type = napi_int8_array;
  size_t length = 0;
  void* data = nullptr;
  if (array != nullptr) napi_is_typedarray(env_, array, &is_typed);
  if (is_typed) napi_get_typedarray_info(env_, array, &type, &length, &data, nullptr, nullptr);
  if (!is_typed || type != napi_float32_array) {
    Fail(std::string(name) + " must be a Float32Array");
    return {};
  }
  const auto* first = static_cast<const float*>(data);
  return length == 0 ? std::vector<float>() : std::vector<float>(first, first + length);
}

void ArgumentReader::RequireObject(napi_value value, const char* name) {
  if (TypeOf(value) != napi_object) Fail(std::string(name) + " must be an object");
}

void ArgumentReader::RequireFunction(napi_value value, const char* name) {
  if (TypeOf(value) != napi_function) Fail(std::string(name) + " must be a function");
}

}  // namespace sotto
