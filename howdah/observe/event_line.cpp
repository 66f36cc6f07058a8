#include "howdah/observe/event_line.hpp"

#include <algorithm>
#include <boost/describe/enum_to_string.hpp>
#include <string>

#include "howdah/base/error.hpp"
#include "howdah/observe/statement_text.hpp"

namespace howdah::observe {
namespace {

constexpr std::size_t longest_text = 4'096;

double seconds(std::chrono::microseconds time) { return std::chrono::duration<double>(time).count(); }

// "file.cpp:42", as opposed to a statement.
bool is_source_place(std::string_view text) {
    const auto colon = text.rfind(':');
    return colon != std::string_view::npos && colon + 1 < text.size() &&
           text.find_first_of(" '\"$\n\t") == std::string_view::npos &&
           std::ranges::all_of(text.substr(colon + 1), [](char c) { return c >= '0' && c <= '9'; });
}

void add_text(json_line& line, std::string_view name, std::string_view text) {
    if (text.empty()) return;
    if (text.size() <= longest_text) line.add(name, text);
    else line.add(name, std::string{text.substr(0, longest_text)} + "... (" + std::to_string(text.size()) + " bytes)");
}

void add(json_line& line, std::string_view name, std::string_view text) {
    if (name == "payload") {
        line.add("payload_bytes", text.size());
    } else if (name == "parameters") {
        if (!text.empty()) line.add_json(name, text);
    } else if (name == "statement") {
        if (text.empty()) return;
        const auto n = normalise(text, longest_text);
        line.add(name, n.shown()).add("fingerprint", n.fingerprint());
    } else if (name == "blocker_statement" || ((name == "waiting" || name == "holding") && !is_source_place(text))) {
        add_text(line, name, normalise(text, longest_text).shown());
    } else {
        add_text(line, name, text);
    }
}

void add(json_line& line, std::string_view name, std::chrono::microseconds time) {
    line.add(std::string{name} + "_seconds", seconds(time));
}
void add(json_line& line, std::string_view name, std::chrono::seconds time) {
    line.add(std::string{name} + "_seconds", time.count());
}
void add(json_line& line, std::string_view name, const phase_times& times) {
    for (std::size_t i = 0; i < times.size(); ++i)
        if (times[i].count() != 0)
            line.add(std::string{name} + '_' + std::string{to_string(static_cast<phase>(i))} + "_seconds",
                     seconds(times[i]));
}
void add(json_line& line, std::string_view, const error* failure) {
    if (failure == nullptr) return;
    // The server's words may quote literals, and what a function raises is anything.
    const auto condition = failure->state().name();
    add_text(line, "error", failure->state().empty() ? std::string_view{failure->what()} : condition);
    line.add("error_code",
             failure->code().category().name() + std::string{':'} + std::to_string(failure->code().value()));
    add_text(line, "sqlstate", failure->state().text());
    line.add("fate", to_string(failure->fate()));
}
void add(json_line& line, std::string_view, const server_message* notice) {
    if (notice == nullptr) return;
    add_text(line, "severity", notice->severity);
    add_text(line, "sqlstate", notice->code.text());
}
template <class Enum>
    requires std::is_enum_v<Enum>
void add(json_line& line, std::string_view name, Enum value) {
    line.add(name, std::string_view{boost::describe::enum_to_string(value, "")});
}
template <std::integral T>
void add(json_line& line, std::string_view name, T value) {
    line.add(name, value);
}

template <class Event>
log_level level_if_done() noexcept {
    using enum log_level;
    if constexpr (std::is_same_v<Event, connect_event> || std::is_same_v<Event, pool_connection_event> ||
                  std::is_same_v<Event, node_event>)
        return info;
    else if constexpr (requires { Event::duration; } || std::is_same_v<Event, query_start_event> ||
                       std::is_same_v<Event, transaction_begin_event> || std::is_same_v<Event, acquire_event> ||
                       std::is_same_v<Event, release_event> || std::is_same_v<Event, notification_event> ||
                       std::is_same_v<Event, notice_event>)
        return debug;
    else return warn;
}

}  // namespace

template <class Event>
void add_fields(json_line& line, const Event& e) {
    for_each_field(e, [&](std::string_view name, const auto& value) { add(line, name, value); });
}

template <class Event>
log_level level_of(const Event& e) noexcept {
    using enum log_level;
    if constexpr (std::is_same_v<Event, connection_lost_event> || std::is_same_v<Event, primary_conflict_event>) {
        return error;
    } else if constexpr (std::is_same_v<Event, slow_query_event> || std::is_same_v<Event, long_transaction_event> ||
                         std::is_same_v<Event, idle_in_transaction_event> ||
                         std::is_same_v<Event, lock_conflict_event> || std::is_same_v<Event, result_limit_event> ||
                         std::is_same_v<Event, reroute_event>) {
        return warn;
    } else if constexpr (std::is_same_v<Event, notice_event>) {
        return e.notice != nullptr && e.notice->severity == "WARNING" ? warn : info;
    } else if constexpr (requires { e.failure; }) {
        return e.failure != nullptr ? error : level_if_done<Event>();
    } else {
        return level_if_done<Event>();
    }
}

std::string_view to_string(log_level level) noexcept {
    switch (level) {
        case log_level::debug: return "debug";
        case log_level::info: return "info";
        case log_level::warn: return "warning";
        case log_level::error: return "error";
    }
    return "";
}

template void add_fields(json_line&, const connect_event&);
template log_level level_of(const connect_event&) noexcept;
template void add_fields(json_line&, const query_start_event&);
template log_level level_of(const query_start_event&) noexcept;
template void add_fields(json_line&, const query_end_event&);
template log_level level_of(const query_end_event&) noexcept;
template void add_fields(json_line&, const slow_query_event&);
template log_level level_of(const slow_query_event&) noexcept;
template void add_fields(json_line&, const lock_conflict_event&);
template log_level level_of(const lock_conflict_event&) noexcept;
template void add_fields(json_line&, const lock_wait_event&);
template log_level level_of(const lock_wait_event&) noexcept;
template void add_fields(json_line&, const result_limit_event&);
template log_level level_of(const result_limit_event&) noexcept;
template void add_fields(json_line&, const transaction_begin_event&);
template log_level level_of(const transaction_begin_event&) noexcept;
template void add_fields(json_line&, const transaction_end_event&);
template log_level level_of(const transaction_end_event&) noexcept;
template void add_fields(json_line&, const notice_event&);
template log_level level_of(const notice_event&) noexcept;
template void add_fields(json_line&, const long_transaction_event&);
template log_level level_of(const long_transaction_event&) noexcept;
template void add_fields(json_line&, const idle_in_transaction_event&);
template log_level level_of(const idle_in_transaction_event&) noexcept;
template void add_fields(json_line&, const connection_lost_event&);
template log_level level_of(const connection_lost_event&) noexcept;
template void add_fields(json_line&, const warning_event&);
template log_level level_of(const warning_event&) noexcept;
template void add_fields(json_line&, const expiry_event&);
template log_level level_of(const expiry_event&) noexcept;
template void add_fields(json_line&, const notification_event&);
template log_level level_of(const notification_event&) noexcept;
template void add_fields(json_line&, const notification_gap_event&);
template log_level level_of(const notification_gap_event&) noexcept;
template void add_fields(json_line&, const acquire_event&);
template log_level level_of(const acquire_event&) noexcept;
template void add_fields(json_line&, const release_event&);
template log_level level_of(const release_event&) noexcept;
template void add_fields(json_line&, const starvation_event&);
template log_level level_of(const starvation_event&) noexcept;
template void add_fields(json_line&, const pool_connection_event&);
template log_level level_of(const pool_connection_event&) noexcept;
template void add_fields(json_line&, const node_event&);
template log_level level_of(const node_event&) noexcept;
template void add_fields(json_line&, const failover_event&);
template log_level level_of(const failover_event&) noexcept;
template void add_fields(json_line&, const primary_conflict_event&);
template log_level level_of(const primary_conflict_event&) noexcept;
template void add_fields(json_line&, const reroute_event&);
template log_level level_of(const reroute_event&) noexcept;
template void add_fields(json_line&, const events_dropped_event&);
template log_level level_of(const events_dropped_event&) noexcept;

}  // namespace howdah::observe
