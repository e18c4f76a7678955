#ifndef SOTTO_NATIVE_RESIDENT_PAGES_H_
#define SOTTO_NATIVE_RESIDENT_PAGES_H_

#include <cstddef>
#include <string>

namespace sotto {

/**
 * Lets go of the pages of the program and of an opened library that hold nothing but their files' bytes.
 * Starting and binding touch far more than answering does (25 MB of symbol names in the library alone), and
 * without this all of it stays counted as this process's memory. Whatever is needed again comes back from
 * the page cache. Linux only; elsewhere nothing.
 */
void ReleaseFilePages(const std::string& library_path);

/** Lets go of memory whose content nobody reads before it is written again. Linux only; elsewhere nothing. */
void ReleasePages(void* first, size_t size);

/** Gives the heap's free memory back: loading leaves tens of megabytes of it. glibc only; elsewhere nothing. */
void ReleaseFreeMemory();

}  // namespace sotto

#endif  // SOTTO_NATIVE_RESIDENT_PAGES_H_
