#ifndef SOTTO_NATIVE_FOR_EVERY_CPU_H_
#define SOTTO_NATIVE_FOR_EVERY_CPU_H_

// The compiler makes one copy of a function for each of these instruction sets and the system's loader picks
// the best that the processor has. Elsewhere (arm64 has one set, Windows builds none) the plain form serves.
#if defined(__x86_64__) && defined(__linux__) && defined(__GNUC__) && !defined(__clang__)
#define SOTTO_FOR_EVERY_CPU \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default"), optimize("O3")))
#else
#define SOTTO_FOR_EVERY_CPU
#endif

// What such a function calls must become part of it, or it would stay the plain form.
#if defined(__GNUC__)
#define SOTTO_INLINE inline __attribute__((always_inline))
#else
#define SOTTO_INLINE inline
#endif

#endif  // SOTTO_NATIVE_FOR_EVERY_CPU_H_
