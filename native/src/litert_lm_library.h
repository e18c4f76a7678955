#ifndef SOTTO_NATIVE_LITERT_LM_LIBRARY_H_
#define SOTTO_NATIVE_LITERT_LM_LIBRARY_H_

#include <optional>
#include <string>
#include <vector>

#include "failure.h"
#include "litert_lm_api.h"
#include "tflite_api.h"

namespace sotto {

/**
 * The LiteRT-LM library of this process. It is opened once, shared by every environment, and never
 * unloaded: its threads and thread-locals outlive every handle, so unloading it could only crash.
 */
class LitertLmLibrary {
 public:
  /**
   * Opens the library, or does nothing when this very file is open already.
   * @param path absolute path, UTF-8; names the library
   * @param from where it is opened: the path, or a handle that was hashed
   * @param preloads absolute paths of libraries that it looks up by bare name (Windows)
   * @param log_level 0 verbose ... 5 fatal, 1000 silent; process-wide, the last caller wins
   * @return RUNTIME_MISSING when it cannot be opened, RUNTIME_INCOMPATIBLE when it lacks a function
   *   or another library is open in this process already.
   */
  static std::optional<Failure> Open(const std::string& path, const std::string& from,
                                     const std::vector<std::string>& preloads, int log_level);

  /** The functions of the open library; null before the first successful Open. Any thread. */
  static const LitertLmApi* Api();

  /** The same library's TensorFlow Lite functions, which run models that are no language models. */
  static const TfliteApi* Tflite();

  /** See resident_pages.h. */
  static void ReleaseFilePages();
};

}  // namespace sotto

#endif  // SOTTO_NATIVE_LITERT_LM_LIBRARY_H_
