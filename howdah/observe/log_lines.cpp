#include "howdah/observe/log_lines.hpp"

#include <boost/mp11/algorithm.hpp>
#include <utility>

#include "howdah/base/error.hpp"

namespace howdah {

void log_options::validate() const {
    if (sample_every == 0) throw error{errc::invalid_option, "log_options::sample_every is 0: 1 logs all"};
}

namespace observe {
namespace {

std::int64_t now_in_microseconds() {
    using namespace std::chrono;
    return duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
}

}  // namespace

bool rate_limit::admits(clock::time_point now) noexcept {
    if (most_ == 0) return true;
    if (second_ == clock::time_point::min() || now - second_ >= std::chrono::seconds{1}) {
        second_ = now;
        passed_ = 0;
    }
    if (passed_ < most_) {
        ++passed_;
        return true;
    }
    ++suppressed_;
    return false;
}

log_lines::log_lines(sink to, log_options options) : to_{std::move(to)}, options_{std::move(options)} {
    options_.validate();
    if (!to_) throw error{errc::invalid_option, "log_lines need a sink"};
    limits_.fill(rate_limit{options_.most_lines_a_second});
}

log_lines::~log_lines() = default;

log_lines::admission log_lines::admit(std::size_t event, bool sampled) {
    const std::lock_guard lock{mutex_};
    if (sampled && seen_[event]++ % options_.sample_every != 0) return {};
    if (!limits_[event].admits(rate_limit::clock::now())) return {};
    return {true, limits_[event].take_suppressed()};
}

template <class Event>
void log_lines::all(const Event& e) {
    const auto level = level_of(e);
    if (level < options_.least) return;
    // What went well is sampled, what went wrong is not.
    const auto admitted = admit(boost::mp11::mp_find<all_events, Event>::value, level == log_level::debug);
    if (!admitted.granted) return;
    json_line line;
    line.add("time", to_rfc3339(now_in_microseconds()))
        .add("level", to_string(level))
        .add("event", name_of_event<Event>());
    if (!options_.application.empty()) line.add("application", options_.application);
    bool traced = false;  // by the event itself, which knows better than who is asked now
    if constexpr (requires { e.trace_id; }) traced = !e.trace_id.empty();
    if (options_.trace && !traced) {
        const auto at = options_.trace();
        if (!at.trace_id.empty()) line.add("trace_id", at.trace_id);
        if (!at.span_id.empty()) line.add("span_id", at.span_id);
    }
    add_fields(line, e);
    if (admitted.suppressed != 0) line.add("suppressed", admitted.suppressed);
    to_(level, line.finish());
}

}  // namespace observe
}  // namespace howdah
