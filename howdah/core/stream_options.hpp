#pragma once

#include <cstdint>
#include <optional>
#include <type_traits>

#include "howdah/core/call_options.hpp"

namespace howdah {

using core::on_abandon;

/// How a stream is read.
struct stream_options {
    /// Rows that the server is asked for at a time; 0: all at once, and it waits while nobody reads. Rows by parts cost
    /// a round trip each and keep the server from parallel plans. Unset: 0 outside of a transaction; 1,000 inside, so
    /// that other statements run beside it.
    std::optional<std::uint32_t> fetch_size{};
    /// When it is left before its end. Unset: cancel outside of a transaction; inside, where a cancel would fail the
    /// transaction, drain, which reads the rest of what was asked for.
    std::optional<on_abandon> when_abandoned{};
};
static_assert(std::is_trivially_destructible_v<stream_options>, "written inline in co_await (GCC 12)");

}  // namespace howdah
