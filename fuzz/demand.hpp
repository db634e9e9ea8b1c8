#pragma once
// What a fuzz target checks: unlike assert, in every build.

#include <cstdio>
#include <cstdlib>

#define DEMAND(holds)                                                          \
  do {                                                                         \
    if (!(holds)) {                                                            \
      std::fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #holds); \
      std::abort();                                                            \
    }                                                                          \
  } while (false)
