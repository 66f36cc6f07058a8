#pragma once

#include <functional>
#include <vector>

#include "howdah/async/awaitable.hpp"
#include "howdah/sql/unbound_sql.hpp"

namespace howdah {

class connection;

/// What a pool has done to its connections at certain moments. Each hook is a coroutine that may fail by an exception, and
/// has hook_timeout; one that is late is cancelled. Unset: nothing. A pool with before_acquire or after_release does a
/// task behind every release.
class pool_hooks {
public:
    using hook = std::function<awaitable<void>(connection&)>;

    pool_hooks() = default;  // not an aggregate: see the GCC 12 rule of the README

    hook after_connect;  // a failure counts as a failure to connect
    /// Prepared on each connection behind that, so that no caller's first run of them has to; a failure counts the same.
    std::vector<unbound_sql> prepare;
    hook before_acquire;  // a failure closes the connection, and the caller gets another
    hook after_release;   // a failure closes the connection
    hook before_close;    // a failure is told to the observer
};

}  // namespace howdah
