#ifndef SOTTO_NATIVE_ENGINE_H_
#define SOTTO_NATIVE_ENGINE_H_

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "failure.h"
#include "litert_lm_api.h"

namespace sotto {

/** What an engine is made from; see EngineOptions in binding-types.ts. -1 leaves the model's default. */
struct EngineOptions {
  std::string model_path;
  std::string backend;
  std::string cache_dir;
  std::string dispatch_lib_dir;
  /** What runs the encoders of pictures and of sound; empty: they are not loaded. */
  std::string vision_backend;
  std::string audio_backend;
  int threads = -1;
  int max_tokens = -1;
  int activation_type = -1;
  int prefill_chunk_tokens = -1;
  bool benchmark = false;
  /** See Engine::growing_cache. */
  bool growing_cache = true;
};

/** A loaded model. Conversations hold a reference, so it is always deleted after the last of them. */
class Engine {
 public:
  /** Loads the model: seconds, so never on the event loop. Returns null and fills the failure. */
  static std::shared_ptr<Engine> Create(const LitertLmApi& api, const EngineOptions& options,
                                        std::optional<Failure>* failure);

  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  const LitertLmApi& api() const { return api_; }
  void* handle() const { return handle_; }

  /**
   * Whether the model's KV cache grows (exported dynamic). LiteRT-LM 0.18.1 cannot go back to an older
   * state of such a model: once another conversation or clone has run, the older one fails with
   * "Custom allocation is too small", and takes the engine with it. Only a conversation made anew works.
   */
  bool growing_cache() const { return growing_cache_; }

  /** Makes this conversation the one whose state the engine holds; returns whether it was already. */
  bool Enter(const void* conversation) { return current_.exchange(conversation) == conversation; }

  std::optional<Failure> Tokenize(const std::string& text, std::vector<int>* tokens) const;

  /** Not while the engine generates: the tokenizer's decoder keeps its result in shared state. */
  std::optional<Failure> Detokenize(const std::vector<int>& tokens, std::string* text) const;

 private:
  Engine(const LitertLmApi& api, void* handle, bool growing_cache)
      : api_(api), handle_(handle), growing_cache_(growing_cache) {}

  const LitertLmApi& api_;
  void* const handle_;
  const bool growing_cache_;
  std::atomic<const void*> current_{nullptr};
};

}  // namespace sotto

#endif  // SOTTO_NATIVE_ENGINE_H_
