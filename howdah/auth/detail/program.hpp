#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "howdah/base/secret_string.hpp"

namespace howdah::auth {

enum class outcome : std::uint8_t { ended, not_started, too_late, too_much };

/// What became of a program. Where it wrote to is secret: either may be the password.
struct ran_program {
    enum outcome end = outcome::ended;
    std::error_code reason{};  // not_started: why
    int status = 0, signal = 0;
    secret_string output, errors;
};

/// Runs it to its end, or kills it and all that it has started at the deadline.
ran_program run(const std::vector<std::string>& arguments, std::chrono::steady_clock::time_point deadline);

/// The end of what a program said, for an error's text: no control characters, and `secret` left out.
std::string printable(std::string_view said, std::string_view secret);

}  // namespace howdah::auth
