#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>

#include "howdah/base/error.hpp"

namespace howdah {

enum class isolation_level { read_uncommitted, read_committed, repeatable_read, serializable };
enum class access_mode { read_write, read_only };
enum class deferrable { no, yes };
/// When constraints are checked that can be deferred: behind each statement, or at the end.
enum class constraint_check { immediate, deferred };
/// Whether the client asks for the transaction's number in front of COMMIT, which costs a round trip.
enum class commit_tracking { no, yes };

/// How a transaction begins, and how often it may be run again. Unset: as the server is configured.
struct transaction_options {
    std::optional<isolation_level> isolation{};
    std::optional<access_mode> access{};
    std::optional<deferrable> defer{};  // takes effect in serializable read only transactions
    /// Over this, what runs is cancelled, and it is rolled back; zero: no limit. A COMMIT that is sent is let be. The
    /// blocking driver sees to it at the next call.
    std::chrono::milliseconds timeout{0};
    /// Over this, the observer has a long_transaction_event; zero: never.
    std::chrono::milliseconds warn_after{0};
    /// With `yes`, an error with fate::commit_unknown has the transaction_id() that resolve_commit wants.
    commit_tracking tracking = commit_tracking::no;
    std::uint32_t attempt = 1;                    // which run this is: in_transaction() counts, for observers
    std::uint32_t max_attempts = 1;               // runs in all, the first included, for 40001 and 40P01
    std::chrono::milliseconds first_backoff{10};  // doubles with each attempt, with full jitter
    std::chrono::milliseconds longest_backoff{1'000};

    /// Throws invalid_option.
    void validate() const;
};
static_assert(std::is_trivially_destructible_v<transaction_options>, "written inline in co_await (GCC 12)");

/// `begin isolation level serializable read only`.
std::string begin_statement(const transaction_options& options);

/// The server asks for another attempt: serialization_failure or deadlock_detected, with nothing done.
bool may_run_again(const error& e) noexcept;

/// Time to wait before attempt `next` (2 is the first repetition). `draw` is uniform in [0, 1).
std::chrono::milliseconds backoff(const transaction_options& options, std::uint32_t next, double draw) noexcept;

}  // namespace howdah
