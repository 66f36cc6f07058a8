#pragma once

#include <stop_token>

#include "howdah/core/credentials.hpp"

namespace howdah::blocking::detail {

/// The provider's answer; timed_out at the question's deadline, and when a `stop` is asked for.
secret_string ask(const core::credential_question& question, const std::stop_token& stop = {});

}  // namespace howdah::blocking::detail
