#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace howdah::core {

/// A transaction's hold on its connection; 0: none.
using lease_id = std::uint64_t;

/// What becomes of the server's work on a call whose caller goes away.
enum class on_abandon : std::uint8_t {
    cancel,  // the server is told to stop, if it is this call that it works on
    drain,   // it goes on, and its answer is thrown away
};

/// What a call may say about itself.
struct call_options {
    std::optional<std::chrono::milliseconds> timeout{};  // unset: the connection's query_timeout; zero: none
};

/// How long a pool let a caller wait: an hour at most, in few bytes, because coroutine frames hold it.
using acquire_time = std::chrono::duration<std::uint32_t, std::micro>;

}  // namespace howdah::core
