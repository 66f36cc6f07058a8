// For CMake, which precompiles headers of targets that have a source.
