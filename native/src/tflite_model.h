#ifndef SOTTO_NATIVE_TFLITE_MODEL_H_
#define SOTTO_NATIVE_TFLITE_MODEL_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "failure.h"
#include "tflite_api.h"

namespace sotto {

/** Name, element type (TfliteType) and dimensions of a signature's tensor. */
struct TensorShape {
  std::string name;
  int type = 0;
  std::vector<int> dims;
};

/** One signature of a loaded model with its tensors in place. Not thread-safe. */
class TfliteRunner {
 public:
  TfliteRunner(const TfliteApi& api, TfliteRunnerHandle* handle) : api_(api), handle_(handle) {}
  ~TfliteRunner() { api_.SignatureRunnerDelete(handle_); }
  TfliteRunner(const TfliteRunner&) = delete;
  TfliteRunner& operator=(const TfliteRunner&) = delete;

  /** The tensor's elements, or null where the signature has no such tensor of that type and size. */
  float* InputFloats(const std::string& name, size_t count) const;
  int32_t* InputIntegers(const std::string& name, size_t count) const;
  const float* OutputFloats(const std::string& name, size_t count) const;

  std::vector<TensorShape> Inputs() const;
  std::vector<TensorShape> Outputs() const;

  /** Elements of a tensor; 0 where there is none of that name. */
  size_t InputCount(const std::string& name) const;
  size_t OutputCount(const std::string& name) const;

  /**
   * Makes the signature read or write a buffer of ours instead of the arena's, so that nothing is copied from
   * one signature to the next. The buffer must outlive the runner. False where the tensor is not of that size.
   */
  bool UseBuffer(const std::string& name, bool output, float* buffer, size_t count);

  bool Invoke() { return api_.SignatureRunnerInvoke(handle_) == kTfliteOk; }

 private:
  TensorShape Shape(const char* name, bool output) const;
  TfliteTensor* Tensor(const std::string& name, bool output) const;
  void* Data(const std::string& name, bool output, int type, size_t count) const;

  const TfliteApi& api_;
  TfliteRunnerHandle* const handle_;
};

/** A `.tflite` file on the CPU (XNNPACK). One at a time may run; loading is slow, so off the event loop. */
class TfliteModel {
 public:
  /**
   * @param cache_path file for repacked weights, shared by all signatures; empty keeps them in memory
   * @param op replaces a built-in operator, or null; owned by the caller, must outlive the model
   */
  static std::unique_ptr<TfliteModel> Load(const TfliteApi& api, const std::string& path,
                                           const std::string& cache_path, int threads,
                                           const TfliteRegistration* op,
                                           std::optional<Failure>* failure);
  ~TfliteModel();
  TfliteModel(const TfliteModel&) = delete;
  TfliteModel& operator=(const TfliteModel&) = delete;

  bool HasSignature(const std::string& key) const;

  /** The runner of a signature, allocated on first use; null where there is none or memory is short. */
  TfliteRunner* Runner(const std::string& key);

  /** Frees the memory of a signature that is not needed for now. */
  void Release(const std::string& key) { runners_.erase(key); }

 private:
  explicit TfliteModel(const TfliteApi& api) : api_(api) {}

  const TfliteApi& api_;
  std::string cache_path_;
  TfliteModelHandle* model_ = nullptr;
  TfliteDelegate* delegate_ = nullptr;
  TfliteInterpreterHandle* interpreter_ = nullptr;
  std::unordered_map<std::string, std::unique_ptr<TfliteRunner>> runners_;
};

}  // namespace sotto

#endif  // SOTTO_NATIVE_TFLITE_MODEL_H_
