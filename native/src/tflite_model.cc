#include "tflite_model.h"

#include <cstring>

namespace sotto {

TfliteTensor* TfliteRunner::Tensor(const std::string& name, bool output) const {
  if (!output) return api_.SignatureRunnerGetInputTensor(handle_, name.c_str());
  return const_cast<TfliteTensor*>(api_.SignatureRunnerGetOutputTensor(handle_, name.c_str()));
}

void* TfliteRunner::Data(const std::string& name, bool output, int type, size_t count) const {
  TfliteTensor* tensor = Tensor(name, output);
  if (tensor == nullptr || api_.TensorType(tensor) != type) return nullptr;
  if (api_.TensorByteSize(tensor) != count * 4) return nullptr;
  return api_.TensorData(tensor);
}

float* TfliteRunner::InputFloats(const std::string& name, size_t count) const {
  return static_cast<float*>(Data(name, false, kTfliteFloat32, count));
}

int32_t* TfliteRunner::InputIntegers(const std::string& name, size_t count) const {
  return static_cast<int32_t*>(Data(name, false, kTfliteInt32, count));
}

const float* TfliteRunner::OutputFloats(const std::string& name, size_t count) const {
  return static_cast<const float*>(Data(name, true, kTfliteFloat32, count));
}

size_t TfliteRunner::InputCount(const std::string& name) const {
  const TfliteTensor* tensor = Tensor(name, false);
  return tensor == nullptr ? 0 : api_.TensorByteSize(tensor) / 4;
}

size_t TfliteRunner::OutputCount(const std::string& name) const {
  const TfliteTensor* tensor = Tensor(name, true);
  return tensor == nullptr ? 0 : api_.TensorByteSize(tensor) / 4;
}

TensorShape TfliteRunner::Shape(const char* name, bool output) const {
  TensorShape shape{name, 0, {}};
  const TfliteTensor* tensor = Tensor(name, output);
  if (tensor == nullptr) return shape;
  shape.type = api_.TensorType(tensor);
  for (int32_t index = 0; index < api_.TensorNumDims(tensor); index++) {
    shape.dims.push_back(api_.TensorDim(tensor, index));
  }
  return shape;
}

std::vector<TensorShape> TfliteRunner::Inputs() const {
  std::vector<TensorShape> shapes;
  const auto count = static_cast<int32_t>(api_.SignatureRunnerGetInputCount(handle_));
  for (int32_t index = 0; index < count; index++) {
    shapes.push_back(Shape(api_.SignatureRunnerGetInputName(handle_, index), false));
  }
  return shapes;
}

std::vector<TensorShape> TfliteRunner::Outputs() const {
  std::vector<TensorShape> shapes;
  const auto count = static_cast<int32_t>(api_.SignatureRunnerGetOutputCount(handle_));
  for (int32_t index = 0; index < count; index++) {
    shapes.push_back(Shape(api_.SignatureRunnerGetOutputName(handle_, index), true));
  }
  return shapes;
}

bool TfliteRunner::UseBuffer(const std::string& name, bool output, float* buffer, size_t count) {
  if (Data(name, output, kTfliteFloat32, count) == nullptr) return false;
  Tensor(name, output)->data = buffer;
  return true;
}

std::unique_ptr<TfliteModel> TfliteModel::Load(const TfliteApi& api, const std::string& path,
                                               const std::string& cache_path, int threads,
                                               const TfliteRegistration* op,
                                               std::optional<Failure>* failure) {
  std::unique_ptr<TfliteModel> loaded(new TfliteModel(api));
  loaded->model_ = api.ModelCreateFromFile(path.c_str());
  if (loaded->model_ == nullptr) {
    *failure = Failure{"ENGINE_CREATE", "The file is no TensorFlow Lite model, or damaged"};
    return nullptr;
  }
  loaded->cache_path_ = cache_path;
  XnnpackOptions xnnpack = api.XNNPackDelegateOptionsDefault();
  xnnpack.num_threads = threads;
  xnnpack.weight_cache_file_path =
      cache_path.empty() ? api.XNNPackDelegateInMemoryFilePath() : loaded->cache_path_.c_str();
  loaded->delegate_ = api.XNNPackDelegateCreate(&xnnpack);
  TfliteInterpreterOptions* options = api.InterpreterOptionsCreate();
  api.InterpreterOptionsSetNumThreads(options, threads);
  if (op != nullptr) api.InterpreterOptionsAddBuiltinOp(options, op->builtin_code, op, 1, 1);
  if (loaded->delegate_ != nullptr) api.InterpreterOptionsAddDelegate(options, loaded->delegate_);
  loaded->interpreter_ = api.InterpreterCreate(loaded->model_, options);
  api.InterpreterOptionsDelete(options);
  if (loaded->interpreter_ == nullptr) {
    *failure = Failure{"ENGINE_CREATE", "The model uses operations that this runtime does not have"};
    return nullptr;
  }
  return loaded;
}

TfliteModel::~TfliteModel() {
  runners_.clear();
  if (interpreter_ != nullptr) api_.InterpreterDelete(interpreter_);
  if (delegate_ != nullptr) api_.XNNPackDelegateDelete(delegate_);
  if (model_ != nullptr) api_.ModelDelete(model_);
}

bool TfliteModel::HasSignature(const std::string& key) const {
  const int32_t count = api_.InterpreterGetSignatureCount(interpreter_);
  for (int32_t index = 0; index < count; index++) {
    if (key == api_.InterpreterGetSignatureKey(interpreter_, index)) return true;
  }
  return false;
}

TfliteRunner* TfliteModel::Runner(const std::string& key) {
  const auto known = runners_.find(key);
  if (known != runners_.end()) return known->second.get();
  TfliteRunnerHandle* handle = api_.InterpreterGetSignatureRunner(interpreter_, key.c_str());
  if (handle == nullptr) return nullptr;
  auto runner = std::make_unique<TfliteRunner>(api_, handle);
  if (api_.SignatureRunnerAllocateTensors(handle) != kTfliteOk) return nullptr;
  return runners_.emplace(key, std::move(runner)).first->second.get();
}

}  // namespace sotto
