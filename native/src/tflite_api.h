#ifndef SOTTO_NATIVE_TFLITE_API_H_
#define SOTTO_NATIVE_TFLITE_API_H_

#include <cstddef>
#include <cstdint>

namespace sotto {

// Opaque handles of the classic TensorFlow Lite C API, which every platform's LiteRT-LM library exports.
struct TfliteModelHandle;
struct TfliteInterpreterHandle;
struct TfliteInterpreterOptions;
struct TfliteRunnerHandle;
struct TfliteDelegate;
struct TfliteOperator;
struct TfliteOpaqueContext;
struct TfliteOpaqueNode;
struct TfliteOpaqueTensor;

enum TfliteStatus : int { kTfliteOk = 0, kTfliteError = 1 };

/** Element types of tensors that Sotto reads and writes (TfLiteType). */
enum TfliteType : int { kTfliteFloat32 = 1, kTfliteInt32 = 2 };

/** The first fields of TfLiteTensor: enough to put a buffer of our own in place of the arena's. */
struct TfliteTensor {
  int type;
  void* data;
};

/** TfLiteXNNPackDelegateOptions of the pinned library. The tail is room for fields that it may add. */
struct XnnpackOptions {
  int32_t num_threads;
  uint32_t runtime_flags;
  uint32_t flags;
  void* weights_cache;
  bool handle_variable_ops;
  const char* weight_cache_file_path;
  int weight_cache_file_descriptor;
  void* weight_cache_provider;
  bool weight_cache_lock_memory;
  char tail[64];
};

/**
 * TfLiteRegistration of the pinned library. The C API's own way of adding an operator takes custom ones
 * only; a registration that names a built-in one and points to an operator is what replaces a built-in.
 */
struct TfliteRegistration {
  void* functions[5];
  int32_t builtin_code;
  const char* custom_name;
  int version;
  TfliteOperator* op;
  void* async_kernel;
  uint64_t inplace_operator;
};

/** TfLiteStablehloCompositeParams. */
struct CompositeParams {
  const char* name;
  int32_t subgraph_index;
};

/** TFLite's number of the operator STABLEHLO_COMPOSITE. */
constexpr int kStablehloComposite = 206;

using OperatorFunction = TfliteStatus (*)(void* user_data, TfliteOpaqueContext* context, TfliteOpaqueNode* node);

// Result, name without "TfLite", parameters.
#define SOTTO_TFLITE_SYMBOLS(X)                                                                             \
  X(TfliteModelHandle*, ModelCreateFromFile, (const char* path))                                            \
  X(void, ModelDelete, (TfliteModelHandle * model))                                                         \
  X(TfliteInterpreterOptions*, InterpreterOptionsCreate, ())                                                \
  X(void, InterpreterOptionsDelete, (TfliteInterpreterOptions * options))                                   \
  X(void, InterpreterOptionsSetNumThreads, (TfliteInterpreterOptions * options, int32_t threads))           \
  X(void, InterpreterOptionsAddDelegate, (TfliteInterpreterOptions * options, TfliteDelegate* delegate))    \
  X(void, InterpreterOptionsAddBuiltinOp,                                                                   \
    (TfliteInterpreterOptions * options, int builtin, const TfliteRegistration* registration, int32_t min_version, \
     int32_t max_version))                                                                                  \
  X(TfliteInterpreterHandle*, InterpreterCreate,                                                            \
    (const TfliteModelHandle* model, const TfliteInterpreterOptions* options))                              \
  X(void, InterpreterDelete, (TfliteInterpreterHandle * interpreter))                                       \
  X(int32_t, InterpreterGetSignatureCount, (const TfliteInterpreterHandle* interpreter))                    \
  X(const char*, InterpreterGetSignatureKey, (const TfliteInterpreterHandle* interpreter, int32_t index))   \
  X(TfliteRunnerHandle*, InterpreterGetSignatureRunner,                                                     \
    (const TfliteInterpreterHandle* interpreter, const char* key))                                          \
  X(void, SignatureRunnerDelete, (TfliteRunnerHandle * runner))                                             \
  X(TfliteStatus, SignatureRunnerAllocateTensors, (TfliteRunnerHandle * runner))                            \
  X(TfliteTensor*, SignatureRunnerGetInputTensor, (TfliteRunnerHandle * runner, const char* name))          \
  X(const TfliteTensor*, SignatureRunnerGetOutputTensor, (const TfliteRunnerHandle* runner, const char* name)) \
  X(size_t, SignatureRunnerGetInputCount, (const TfliteRunnerHandle* runner))                               \
  X(const char*, SignatureRunnerGetInputName, (const TfliteRunnerHandle* runner, int32_t index))            \
  X(size_t, SignatureRunnerGetOutputCount, (const TfliteRunnerHandle* runner))                              \
  X(const char*, SignatureRunnerGetOutputName, (const TfliteRunnerHandle* runner, int32_t index))           \
  X(TfliteStatus, SignatureRunnerInvoke, (TfliteRunnerHandle * runner))                                     \
  X(size_t, TensorByteSize, (const TfliteTensor* tensor))                                                   \
  X(int, TensorType, (const TfliteTensor* tensor))                                                          \
  X(int32_t, TensorNumDims, (const TfliteTensor* tensor))                                                   \
  X(int32_t, TensorDim, (const TfliteTensor* tensor, int32_t index))                                        \
  X(void*, TensorData, (const TfliteTensor* tensor))                                                        \
  X(XnnpackOptions, XNNPackDelegateOptionsDefault, ())                                                      \
  X(TfliteDelegate*, XNNPackDelegateCreate, (const XnnpackOptions* options))                                \
  X(void, XNNPackDelegateDelete, (TfliteDelegate * delegate))                                               \
  X(const char*, XNNPackDelegateInMemoryFilePath, ())                                                       \
  X(TfliteOperator*, OperatorCreate, (int builtin, const char* custom_name, int version, void* user_data))  \
  X(void, OperatorDelete, (TfliteOperator * op))                                                            \
  X(void, OperatorSetPrepareWithData, (TfliteOperator * op, OperatorFunction function))                     \
  X(void, OperatorSetInvokeWithData, (TfliteOperator * op, OperatorFunction function))                      \
  X(void*, OpaqueNodeGetBuiltinData, (const TfliteOpaqueNode* node))                                        \
  X(const TfliteOpaqueTensor*, OpaqueNodeGetInput,                                                          \
    (const TfliteOpaqueContext* context, const TfliteOpaqueNode* node, int index))                          \
  X(TfliteOpaqueTensor*, OpaqueNodeGetOutput,                                                               \
    (TfliteOpaqueContext * context, const TfliteOpaqueNode* node, int index))                               \
  X(int, OpaqueNodeNumberOfInputs, (const TfliteOpaqueNode* node))                                          \
  X(int, OpaqueNodeNumberOfOutputs, (const TfliteOpaqueNode* node))                                         \
  X(int32_t, OpaqueTensorDim, (const TfliteOpaqueTensor* tensor, int32_t index))                            \
  X(int32_t, OpaqueTensorNumDims, (const TfliteOpaqueTensor* tensor))                                       \
  X(void*, OpaqueTensorData, (const TfliteOpaqueTensor* tensor))

/** Pointers to the functions above, all set once the library is open. */
struct TfliteApi {
#define SOTTO_DECLARE(result, name, parameters) result(*name) parameters = nullptr;
  SOTTO_TFLITE_SYMBOLS(SOTTO_DECLARE)
#undef SOTTO_DECLARE
};

}  // namespace sotto

#endif  // SOTTO_NATIVE_TFLITE_API_H_
