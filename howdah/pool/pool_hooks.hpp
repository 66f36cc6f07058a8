#pragma once

#include <functional>

#include "howdah/async/awaitable.hpp"

namespace howdah {

class connection;

/// What a pool has done to its connections at certain moments. Each is a coroutine that may fail by an exception, and
/// has hook_timeout; one that is late is cancelled. Unset: nothing. A pool with before_acquire or after_release does a
/// task behind every release.
class pool_hooks {
public:
    using hook = std::function<awaitable<void>(connection&)>;

    pool_hooks() = default;  // not an aggregate: see the GCC 12 rule of the README

    hook after_connect;   // a failure counts as a failure to connect
    hook before_acquire;  // a failure closes the connection, and the caller gets another
    hook after_release;   // a failure closes the connection
    hook before_close;    // a failure is told to the observer
};

}  // namespace howdah
