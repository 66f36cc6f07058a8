#pragma once

#include <cstdint>
#include <string>

namespace howdah {

/// Where something belongs in a distributed trace (W3C Trace Context), as the caller's tracing library has it.
struct trace_context {
    std::string trace_id, span_id;  // 32 and 16 lower-case hexadecimal digits; empty: in none
    std::uint8_t flags = 1;         // 1: it is sampled
    std::string state{};            // tracestate, for other tracing systems; mostly empty

    /// By the W3C's rules: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01". Empty if the ids are none by them.
    std::string traceparent() const;
};

}  // namespace howdah
