#include "howdah/ops/status_json.hpp"

#include <chrono>
#include <optional>

#include "howdah/observe/json_line.hpp"

namespace howdah::ops {
namespace {

using observe::json_line;

double milliseconds(std::chrono::microseconds t) { return std::chrono::duration<double, std::milli>(t).count(); }

// Null where there is nothing.
template <class T, class F>
void add(json_line& line, std::string_view name, const std::optional<T>& value, F&& as) {
    if (value) line.add(name, as(*value));
    else line.add_json(name, "null");
}
void add_text(json_line& line, std::string_view name, std::string_view text) {
    if (text.empty()) line.add_json(name, "null");
    else line.add(name, text);
}

}  // namespace

std::string_view word_of(node_role r) noexcept {
    switch (r) {
        case node_role::unknown: return "unknown";
        case node_role::primary: return "primary";
        case node_role::replica: return "replica";
    }
    return "";
}

std::string_view word_of(breaker_state s) noexcept {
    switch (s) {
        case breaker_state::closed: return "closed";
        case breaker_state::open: return "open";
        case breaker_state::half_open: return "half open";
    }
    return "";
}

std::string_view words_of(const error& e) noexcept {
    return e.state().empty() ? std::string_view{e.what()} : e.state().name();
}

std::string json_of(std::string_view name, const pool_status& s) {
    using namespace std::chrono;
    json_line line;
    line.add("name", name)
        .add("size", s.size)
        .add("idle", s.idle)
        .add("in_use", s.in_use)
        .add("connecting", s.connecting)
        .add("waiting", s.waiting)
        .add("limit", s.limit)
        .add("acquired", s.acquired)
        .add("opened", s.opened)
        .add("broken", s.broken);
    add(line, "last_error", s.last_error, [](const error& e) { return words_of(e); });
    if (s.last_error)
        line.add("last_error_at", observe::to_rfc3339(floor<microseconds>(s.last_error_at.time_since_epoch()).count()));
    return line.finish();
}

std::string json_of(const node_status& n) {
    const auto position = [](lsn p) { return p.to_string(); };
    json_line line;
    line.add("name", n.name).add("role", word_of(n.role.what));
    add(line, "lag_bytes", n.role.lag_bytes, [](auto bytes) { return bytes; });
    add(line, "lag_ms", n.lag, milliseconds);
    add(line, "position", n.position, position);
    add(line, "received", n.received, position);
    if (n.timeline == 0) line.add_json("timeline", "null");
    else line.add("timeline", n.timeline);
    add(line, "round_trip_ms", n.round_trip, milliseconds);
    line.add("latency_ms", milliseconds(n.latency))
        .add("in_use", n.in_use)
        .add("calls", n.calls)
        .add("failures", n.failures)
        .add("read_only", n.read_only);
    add_text(line, "receiver", n.receiver);
    line.add("breaker", word_of(n.breaker));
    add_text(line, "trouble", n.trouble);
    return line.finish();
}

}  // namespace howdah::ops
