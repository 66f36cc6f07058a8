#pragma once

#include "howdah/async/awaitable.hpp"
#include "howdah/core/credentials.hpp"

namespace howdah::async {

/// The provider's answer; timed_out at the question's deadline. Blocks no thread of the executor. `question`
/// outlives the call.
awaitable<secret_string> ask(const core::credential_question& question);

}  // namespace howdah::async
