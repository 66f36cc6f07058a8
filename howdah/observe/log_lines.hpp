#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "howdah/observe/event_line.hpp"
#include "howdah/observe/observer.hpp"
#include "howdah/observe/trace_context.hpp"

namespace howdah {

/// What is logged, and what stands in each line.
struct log_options {
    std::string application{};          // in every line, where it is set
    log_level least = log_level::info;  // what matters less is not written
    std::uint32_t sample_every = 1;     // of queries and acquisitions that went well, one in so many is written
    std::uint32_t most_lines_a_second =
        100;  // of each kind of event; what is left out is counted in the next line. 0: all
    /// Asked on the thread that is told the event, where the event itself does not say what trace it belongs to.
    std::function<trace_context()> trace{};

    /// Throws invalid_option.
    void validate() const;
};

namespace observe {

/// At most so many in each second, and how many were left out.
class rate_limit {
public:
    using clock = std::chrono::steady_clock;

    explicit rate_limit(std::uint32_t most = 0) noexcept : most_{most} {}
    /// Whether this one may pass.
    bool admits(clock::time_point now) noexcept;
    /// How many did not since this was asked last.
    std::uint64_t take_suppressed() noexcept { return std::exchange(suppressed_, 0); }

private:
    std::uint32_t most_, passed_ = 0;
    clock::time_point second_ = clock::time_point::min();  // when the present one began
    std::uint64_t suppressed_ = 0;
};

/// Events as JSON, one line each, for a sink that keeps them. docs/observability.md describes the lines. For any thread.
class log_lines final : public of_all_events<log_lines> {
public:
    /// Called by several threads at once; a line has no line's end.
    using sink = std::function<void(log_level, std::string_view line)>;

    log_lines(sink to, log_options options);
    ~log_lines() override;

    template <class Event>
    void all(const Event& e);

private:
    struct admission {
        bool granted = false;
        std::uint64_t suppressed = 0;
    };
    admission admit(std::size_t event, bool sampled);

    sink to_;
    const log_options options_;
    std::mutex mutex_;
    std::array<rate_limit, boost::mp11::mp_size<all_events>::value> limits_;
    std::array<std::uint32_t, boost::mp11::mp_size<all_events>::value> seen_{};
};

}  // namespace observe
}  // namespace howdah
