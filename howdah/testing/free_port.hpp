#pragma once

#include <cstdint>

namespace howdah::testing {

/// A TCP port that nobody listens on at 127.0.0.1 now. Someone may take it before its server does, which then has to be
/// started with another one. Throws error if there is none.
std::uint16_t free_port();

}  // namespace howdah::testing
