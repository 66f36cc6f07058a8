#pragma once

#include <cerrno>
#include <string>
#include <system_error>

#include "howdah/base/error.hpp"

namespace howdah::testing {

/// A throwaway server could not be made, started, changed or stopped; `text` says why and what to do.
[[noreturn]] inline void fail(std::string text) { throw error{errc::test_server_failed, std::move(text)}; }

/// The same for a system call that has just failed: adds errno's words.
[[noreturn]] inline void fail_system(const std::string& what, int code = errno) {
    fail(what + ": " + std::generic_category().message(code));
}

}  // namespace howdah::testing
