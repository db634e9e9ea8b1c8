// Nothing: what CMake precompiles for all tests belongs to a target, and a target needs a source.
