#pragma once

#include <chrono>
#include <cstdint>
#include <type_traits>

namespace howdah {

/// max(4, cores of this machine).
std::uint32_t default_max_connections() noexcept;

/// What is done to a connection between two borrowers. A transaction, a COPY or a stream that was left open is ended in
/// any case.
enum class recycle : std::uint8_t {
    fast,      // nothing: a connection that died unnoticed fails its next call
    verified,  // a Sync is answered first, if it was idle for longer than ping_after
    clean,     // and session settings, temporary tables, locks, cursors and LISTENs are taken back; statements stay
};

/// How a pool behaves. All of it can be changed at run time, by pool::reconfigure.
struct pool_options {
    /// Opened in the background, and opened again. More than max_connections is an error.
    std::uint32_t min_connections = 0;
    std::uint32_t max_connections = default_max_connections();
    /// max_connections over this is an error: a server with more does less work. Raise it if yours differs.
    std::uint32_t connection_cap = 100;
    /// Callers that wait; the next one fails at once with queue_full.
    std::uint32_t max_waiting = 200;
    /// How long a caller waits for a connection; zero: not at all, it gets what is idle, without a sign of life.
    std::chrono::milliseconds acquire_timeout{15'000};
    /// An idle connection over min_connections is closed after this; zero: never.
    std::chrono::milliseconds idle_timeout{std::chrono::minutes{10}};
    /// A connection is replaced at an age that is drawn for it, between half of this and all; zero: never.
    std::chrono::milliseconds max_lifetime{std::chrono::minutes{60}};
    /// An idle connection is asked for a sign of life this often, in the background; zero: never.
    std::chrono::milliseconds health_check_interval{30'000};
    recycle on_return = recycle::verified;
    std::chrono::milliseconds ping_after{1'000};
    /// How long a sign of life, and whatever cleans a connection, may take.
    std::chrono::milliseconds ping_timeout{5'000};
    /// How long a hook may take. A blocking pool can't end one that takes longer: it keeps its connection and its thread.
    std::chrono::milliseconds hook_timeout{5'000};
    /// How many attempts to connect may fail, one after another, before a waiting caller is told; the first included.
    /// Only for failures that can pass by themselves, and where no connection is left that could come back; others
    /// are told at once.
    std::uint32_t connect_attempts = 3;
    /// The pause behind a failed attempt doubles from here, with full jitter. One for the whole pool.
    std::chrono::milliseconds first_backoff{10};
    std::chrono::milliseconds longest_backoff{500};
    /// Attempts to connect at once; zero: as many as callers wait for. Fewer spare a server to which all pools come back at
    /// the same moment, at the price of a slower start where the way to it is long: docs/scale.md.
    std::uint32_t max_connecting = 0;
    /// A caller that waits longer is told to the observer, with who holds the connections; zero: never.
    std::chrono::milliseconds slow_acquire{2'000};

    /// Throws invalid_option, which names the option.
    void validate() const;
};
static_assert(std::is_trivially_destructible_v<pool_options>, "written inline in co_await (GCC 12)");

}  // namespace howdah
