#ifdef __linux__

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>

#include "sandbox.h"

namespace sotto {
namespace {

// Landlock's interface, include/uapi/linux/landlock.h; older systems lack the header. The numbers are those of every
// architecture.
constexpr long kCreateRuleset = 444;
constexpr long kAddRule = 445;
constexpr long kRestrictSelf = 446;
constexpr uint32_t kVersion = 1u << 0;
constexpr int kPathBeneath = 1;
/** ABI 8 (Linux 7.0): all threads, not only the one that calls. */
constexpr uint32_t kAllThreads = 1u << 3;
constexpr int kAllThreadsAbi = 8;

struct RulesetAttributes {
  uint64_t handled_access_fs;
  uint64_t handled_access_net;
};
struct __attribute__((packed)) PathBeneath {
  uint64_t allowed_access;
  int32_t parent_fd;
};

constexpr uint64_t kExecute = 1u << 0;
constexpr uint64_t kWriteFile = 1u << 1;
constexpr uint64_t kReadFile = 1u << 2;
constexpr uint64_t kReadDir = 1u << 3;
constexpr uint64_t kTruncate = 1u << 14;
constexpr uint64_t kIoctl = 1u << 15;
constexpr uint64_t kRead = kExecute | kReadFile | kReadDir;
/** Of a file that is no folder. */
constexpr uint64_t kOfFiles = kExecute | kWriteFile | kReadFile | kTruncate | kIoctl;

/** All rights that an ABI knows: what is not granted is denied. */
uint64_t AllRights(int abi) {
  if (abi >= 5) return (1u << 16) - 1;
  if (abi >= 3) return (1u << 15) - 1;
  return abi == 2 ? (1u << 14) - 1 : (1u << 13) - 1;
}

void Grant(int ruleset, const std::string& path, uint64_t rights) {
  const int fd = open(path.c_str(), O_PATH | O_CLOEXEC);
  if (fd < 0) return;
  struct stat facts {};
  if (fstat(fd, &facts) == 0 && !S_ISDIR(facts.st_mode)) rights &= kOfFiles;
  PathBeneath rule{rights, fd};
  syscall(kAddRule, ruleset, kPathBeneath, &rule, 0);
  close(fd);
}

/** @returns the ABI, or 0 where the kernel has no Landlock */
int ConfineFiles(const SandboxRules& rules) {
  const auto abi = static_cast<int>(syscall(kCreateRuleset, nullptr, 0, kVersion));
  if (abi < 1) return 0;
  const uint64_t all = AllRights(abi);
  // Binding and connecting over TCP (ABI 4), both denied: a second wall behind seccomp.
  RulesetAttributes attributes{all, abi >= 4 ? 3u : 0u};
  const size_t size = abi >= 4 ? sizeof(attributes) : sizeof(attributes.handled_access_fs);
  const auto ruleset = static_cast<int>(syscall(kCreateRuleset, &attributes, size, 0));
  if (ruleset < 0) return 0;
  for (const std::string& path : rules.read) Grant(ruleset, path, kRead & all);
  for (const std::string& path : rules.write) Grant(ruleset, path, all);
  // What C libraries and processors' features are read from; of /proc nothing of another process.
  for (const char* path :
       {"/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat",
        "/proc/sys", "/proc/version", "/sys/devices/system", "/sys/fs/cgroup", "/dev/urandom", "/dev/zero"}) {
    Grant(ruleset, path, kRead & all);
  }
  Grant(ruleset, "/dev/null", (kReadFile | kWriteFile) & all);
  if (rules.devices) {
    for (const char* path : {"/etc", "/opt", "/sys", "/run/opengl-driver", "/nix/store"}) Grant(ruleset, path, kRead & all);
    Grant(ruleset, "/dev", (kRead | kWriteFile | kIoctl) & all);
  }
  const uint32_t flags = abi >= kAllThreadsAbi ? kAllThreads : 0;
  const bool done = syscall(kRestrictSelf, ruleset, flags) == 0;
  close(ruleset);
  return done ? abi : 0;
}

#if defined(__x86_64__)
constexpr uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#else
constexpr uint32_t kArchitecture = 0;
#endif
constexpr long kIoUringSetup = 425;
/** The 32-bit numbers of x86-64, which would go round the list. */
constexpr uint32_t kX32 = 0x40000000;

sock_filter Load(size_t offset) {
  return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<uint32_t>(offset));
}

/** Refuses a system call, as one that the user has no right to. */
void Deny(std::vector<sock_filter>* program, long number) {
  program->push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<uint32_t>(number), 0, 1));
  program->push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EACCES));
}

/** Sockets of one family only. The system call's number is loaded, and is again afterwards. */
void AllowSocketOf(std::vector<sock_filter>* program, std::initializer_list<uint32_t> families) {
  const auto count = static_cast<uint8_t>(families.size());
  program->push_back(
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<uint32_t>(SYS_socket), 0, static_cast<uint8_t>(count + 3)));
  program->push_back(Load(offsetof(seccomp_data, args)));
  uint8_t left = count;
  for (const uint32_t family : families) {
    program->push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, family, left, 0));
    left--;
  }
  program->push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EACCES));
  program->push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
}

bool ConfineCalls(bool devices) {
  if (kArchitecture == 0) return false;
  std::vector<sock_filter> program;
  program.push_back(Load(offsetof(seccomp_data, arch)));
  program.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kArchitecture, 1, 0));
  program.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EACCES));
  program.push_back(Load(offsetof(seccomp_data, nr)));
#ifdef __x86_64__
  program.push_back(BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, kX32, 0, 1));
  program.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EACCES));
#endif
  // A ring opens sockets without any of the calls below. One that libuv has set up already must go on; engines are started
  // with UV_USE_IO_URING=0, so that there is none.
  Deny(&program, kIoUringSetup);
  for (const long number : {static_cast<long>(SYS_ptrace), static_cast<long>(SYS_process_vm_readv),
                            static_cast<long>(SYS_process_vm_writev), static_cast<long>(SYS_bind),
                            static_cast<long>(SYS_listen), static_cast<long>(SYS_perf_event_open),
                            static_cast<long>(SYS_bpf), static_cast<long>(SYS_keyctl)}) {
    Deny(&program, number);
  }
  if (devices) {
    AllowSocketOf(&program, {AF_UNIX, AF_NETLINK});
  } else {
    Deny(&program, SYS_socket);
    Deny(&program, SYS_connect);
    Deny(&program, SYS_execve);
    Deny(&program, SYS_execveat);
  }
  program.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
  return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &filter) == 0;
}

}  // namespace

SandboxResult Confine(const SandboxRules& rules) {
  SandboxResult result;
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  // No dump, and no debugger of the same user either: chats are in this memory.
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return result;
  const int abi = ConfineFiles(rules);
  if (abi > 0) result.files = "landlock " + std::to_string(abi);
  if (ConfineCalls(rules.devices)) result.network = "seccomp";
  return result;
}

}  // namespace sotto

#endif  // __linux__
