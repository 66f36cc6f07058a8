#pragma once

#include <cstdint>

namespace howdah::wire {

// What stands where a StartupMessage has its version (protocol, section 55.7).
inline constexpr std::uint32_t cancel_request_code = 80877102;  // 1234 << 16 | 5678
inline constexpr std::uint32_t ssl_request_code = 80877103;     // 1234 << 16 | 5679
inline constexpr std::uint32_t gss_request_code = 80877104;     // 1234 << 16 | 5680

}  // namespace howdah::wire
