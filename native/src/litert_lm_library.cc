#include "litert_lm_library.h"

#ifdef _WIN32
#include <windows.h>
#else
#include <dlfcn.h>
#endif

#include <atomic>
#include <cstdlib>
#include <mutex>

#include "resident_pages.h"
#include "stream_table.h"

namespace sotto {
namespace {

std::mutex open_mutex;
/** What it is called, and where it was opened. */
std::string* open_path = nullptr;
std::string* open_from = nullptr;
std::atomic<const LitertLmApi*> open_api{nullptr};
std::atomic<const TfliteApi*> open_tflite{nullptr};

#ifdef _WIN32
void* OpenFile(const std::string& path, std::string* error) {
  const int length = MultiByteToWideChar(CP_UTF8, 0, path.c_str(), -1, nullptr, 0);
  std::wstring wide(length > 0 ? length : 1, L'\0');
  MultiByteToWideChar(CP_UTF8, 0, path.c_str(), -1, wide.data(), length);
  HMODULE module = LoadLibraryExW(wide.c_str(), nullptr, LOAD_WITH_ALTERED_SEARCH_PATH);
  if (module == nullptr) *error = "Windows error " + std::to_string(GetLastError());
  return reinterpret_cast<void*>(module);
}

void* FindSymbol(void* library, const char* name) {
  return reinterpret_cast<void*>(GetProcAddress(static_cast<HMODULE>(library), name));
}
#else
void* OpenFile(const std::string& path, std::string* error) {
  // RTLD_LOCAL: the Linux library exports 218,000 symbols, operator new and zlib among them, which
  // must not meet the host's own.
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    const char* detail = dlerror();
    *error = detail != nullptr ? detail : "unknown reason";
  }
  return library;
}

void* FindSymbol(void* library, const char* name) { return dlsym(library, name); }
#endif

/** Fills the table; returns the first missing function, or null. */
const char* Bind(void* library, LitertLmApi* api) {
#define SOTTO_BIND(result, name, parameters)                                              \
  api->name = reinterpret_cast<result(*) parameters>(FindSymbol(library, "litert_lm_" #name)); \
  if (api->name == nullptr) return "litert_lm_" #name;
  SOTTO_LITERT_LM_SYMBOLS(SOTTO_BIND)
#undef SOTTO_BIND
  return nullptr;
}

const char* BindTflite(void* library, TfliteApi* api) {
#define SOTTO_BIND(result, name, parameters)                                             \
  api->name = reinterpret_cast<result(*) parameters>(FindSymbol(library, "TfLite" #name)); \
  if (api->name == nullptr) return "TfLite" #name;
  SOTTO_TFLITE_SYMBOLS(SOTTO_BIND)
#undef SOTTO_BIND
  return nullptr;
}

std::optional<Failure> OpenLocked(const std::string& path, const std::string& from,
                                  const std::vector<std::string>& preloads) {
  std::string error;
  for (const std::string& preload : preloads) {
    if (OpenFile(preload, &error) == nullptr) {
      return Failure{"RUNTIME_MISSING", "Cannot open " + preload + ": " + error};
    }
  }
  void* library = OpenFile(from, &error);
  if (library == nullptr) return Failure{"RUNTIME_MISSING", "Cannot open " + path + ": " + error};
  auto* api = new LitertLmApi();
  auto* tflite = new TfliteApi();
  const char* missing = Bind(library, api);
  if (missing == nullptr) missing = BindTflite(library, tflite);
  if (missing != nullptr) {
    delete api;
    delete tflite;
    return Failure{"RUNTIME_INCOMPATIBLE", path + " lacks the function " + missing};
  }
  ReleaseFilePages(from);
  // A last resort for programs that end without Node's "exit" event: what the library makes on first use
  // (function-local statics) is gone by then, so a stream that still runs may crash before it is stopped.
  std::atexit([] { StreamTable::Get().CancelAllAndWait(); });
  open_path = new std::string(path);
  open_from = new std::string(from);
  open_api.store(api);
  open_tflite.store(tflite);
  return std::nullopt;
}

}  // namespace

std::optional<Failure> LitertLmLibrary::Open(const std::string& path, const std::string& from,
                                             const std::vector<std::string>& preloads, int log_level) {
  std::lock_guard<std::mutex> lock(open_mutex);
  if (open_path != nullptr && *open_path != path) {
    return Failure{"RUNTIME_INCOMPATIBLE", "This process has opened " + *open_path + " already"};
  }
  if (open_path == nullptr) {
    std::optional<Failure> failure = OpenLocked(path, from, preloads);
    if (failure) return failure;
  }
  open_api.load()->set_min_log_level(log_level);
  return std::nullopt;
}

void LitertLmLibrary::ReleaseFilePages() {
  std::lock_guard<std::mutex> lock(open_mutex);
  if (open_from != nullptr) sotto::ReleaseFilePages(*open_from);
  ReleaseFreeMemory();
}

const LitertLmApi* LitertLmLibrary::Api() { return open_api.load(); }

const TfliteApi* LitertLmLibrary::Tflite() { return open_tflite.load(); }

}  // namespace sotto
