#pragma once

#include <sys/types.h>

#include <functional>

namespace howdah::testing {

/// Runs `task` (which forks) on a thread that lives as long as the process, and returns what it returns.
/// PR_SET_PDEATHSIG fires when the *thread* that forked ends: a server started by a short-lived thread would die
/// with it.
pid_t on_lasting_thread(const std::function<pid_t()>& task);

}  // namespace howdah::testing
