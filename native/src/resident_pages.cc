#include "resident_pages.h"

#include <cstdlib>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#ifdef __linux__
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#endif

namespace sotto {

#ifdef __linux__
namespace {

/** dl_iterate_phdr's callback; `data` is the library's path. The program itself has no name. */
int ReleaseSegments(dl_phdr_info* info, size_t, void* data) {
  const bool is_program = info->dlpi_name[0] == '\0';
  if (!is_program && std::strcmp(info->dlpi_name, static_cast<const char*>(data)) != 0) return 0;
  const auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  for (int index = 0; index < info->dlpi_phnum; index++) {
    const auto& segment = info->dlpi_phdr[index];
    // A writable segment holds relocated pointers and data: letting go of it would lose them.
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0) continue;
    const uintptr_t start = info->dlpi_addr + segment.p_vaddr;
    const uintptr_t first = (start + page - 1) / page * page;
    const uintptr_t last = (start + segment.p_filesz) / page * page;
    if (last > first) madvise(reinterpret_cast<void*>(first), last - first, MADV_DONTNEED);
  }
  return 0;
}

}  // namespace

void ReleaseFilePages(const std::string& library_path) {
  dl_iterate_phdr(ReleaseSegments, const_cast<char*>(library_path.c_str()));
}

void ReleasePages(void* first, size_t size) {
  const auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  const auto address = reinterpret_cast<uintptr_t>(first);
  const uintptr_t start = (address + page - 1) / page * page;
  const uintptr_t end = (address + size) / page * page;
  if (end > start) madvise(reinterpret_cast<void*>(start), end - start, MADV_DONTNEED);
}
#else
void ReleaseFilePages(const std::string&) {}
void ReleasePages(void*, size_t) {}
#endif

void ReleaseFreeMemory() {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

}  // namespace sotto
