#ifndef SOTTO_NATIVE_SANDBOX_H_
#define SOTTO_NATIVE_SANDBOX_H_

#include <string>
#include <vector>

namespace sotto {

/** What a process that runs models may still reach. */
struct SandboxRules {
  /** Files, and folders with all that is in them, that may be read. Missing ones are passed over. */
  std::vector<std::string> read;
  /** Folders in which files may be made, changed and removed. */
  std::vector<std::string> write;
  /** Drivers of a GPU or NPU: they open devices, talk to local services and start helpers of their own. */
  bool devices = false;
};

/** What the system took on. Everything is empty where it has no such thing. */
struct SandboxResult {
  /** "landlock 7", "seatbelt", … */
  std::string files;
  /** "seccomp", "seatbelt", … */
  std::string network;
};

/**
 * Confines this process for good: no sockets, no other programs, no files but those named, no core dumps. Called before
 * the first model byte is read. Threads that were there before keep their view of files (Linux below 7.0), never the network.
 */
SandboxResult Confine(const SandboxRules& rules);

}  // namespace sotto

#endif  // SOTTO_NATIVE_SANDBOX_H_
