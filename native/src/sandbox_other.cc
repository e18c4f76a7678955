#ifndef __linux__

#include "sandbox.h"

#if defined(__APPLE__)
#include <sys/resource.h>

#include <cstdint>
#include <cstdlib>

extern "C" int sandbox_init(const char* profile, uint64_t flags, char** error);
#elif defined(_WIN32)
#include <windows.h>
#endif

namespace sotto {

#if defined(__APPLE__)
namespace {

std::string Quoted(const std::string& path) {
  std::string quoted = "\"";
  for (const char letter : path) {
    if (letter == '"' || letter == '\\') quoted += '\\';
    quoted += letter;
  }
  return quoted + '"';
}

}  // namespace

// Never run: no Mac has been at hand. The last rule that fits counts.
SandboxResult Confine(const SandboxRules& rules) {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  std::string profile = "(version 1)(allow default)(deny network*)(deny file-write*)(deny file-read-data (subpath \"/Users\"))";
  if (!rules.devices) profile += "(deny process-exec*)";
  for (const std::string& path : rules.read) profile += "(allow file-read* (subpath " + Quoted(path) + "))";
  for (const std::string& path : rules.write) {
    profile += "(allow file-read* file-write* (subpath " + Quoted(path) + "))";
  }
  char* error = nullptr;
  if (sandbox_init(profile.c_str(), 0, &error) != 0) return {};
  return {"seatbelt", "seatbelt"};
}
#elif defined(_WIN32)
// Never run natively. Without an app container Windows has no switch for the network of a running process: only other
// programs and libraries from other machines are kept out.
SandboxResult Confine(const SandboxRules& rules) {
  SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX);
  PROCESS_MITIGATION_IMAGE_LOAD_POLICY images{};
  images.NoRemoteImages = 1;
  SetProcessMitigationPolicy(ProcessImageLoadPolicy, &images, sizeof(images));
  if (!rules.devices) {
    PROCESS_MITIGATION_CHILD_PROCESS_POLICY children{};
    children.NoChildProcessCreation = 1;
    SetProcessMitigationPolicy(ProcessChildProcessPolicy, &children, sizeof(children));
  }
  return {};
}
#else
SandboxResult Confine(const SandboxRules&) { return {}; }
#endif

}  // namespace sotto

#endif  // !__linux__
