#pragma once
// Why here: every folder that makes system calls says what came of them in the same way.

#include <cerrno>
#include <system_error>

namespace howdah {

/// What the system call that has just failed says.
inline std::error_code last_error() noexcept { return {errno, std::system_category()}; }

}  // namespace howdah
