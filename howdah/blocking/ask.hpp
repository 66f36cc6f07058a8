#pragma once

#include "howdah/core/credentials.hpp"

namespace howdah::blocking::detail {

/// The provider's answer; timed_out at the question's deadline.
secret_string ask(const core::credential_question& question);

}  // namespace howdah::blocking::detail
