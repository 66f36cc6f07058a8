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

/// How a transaction begins, and how often it may be run again. Unset: as the server is configured.
struct transaction_options {
    std::optional<isolation_level> isolation{};
    std::optional<access_mode> access{};
    std::optional<deferrable> defer{};            // takes effect in serializable read only transactions
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
