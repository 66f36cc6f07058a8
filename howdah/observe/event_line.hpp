#pragma once
// How events are written as JSON: the fields of docs/observability.md, for logs and audit trails.

#include <cstdint>
#include <string>
#include <string_view>

#include "howdah/observe/event_fields.hpp"
#include "howdah/observe/json_line.hpp"

namespace howdah {

enum class log_level : std::uint8_t { debug, info, warn, error };  // not warning: GCC 12 says it hides the SQLSTATE

namespace observe {

/// What a whole line of an event holds, behind what its adapter puts in front: each field by its name in howdah/observe/events.hpp,
/// times in seconds as `NAME_seconds`, statements normalised and with their `fingerprint`, failures as `error`,
/// `error_code`, `sqlstate` and `fate`. Texts are cut at 4 KiB. What may hold values of rows is left out: the words of notices
/// and the payload of notifications.
template <class Event>
void add_fields(json_line& line, const Event& e);

/// How much an event matters.
template <class Event>
log_level level_of(const Event& e) noexcept;

/// "debug", "info", "warning", "error"
std::string_view to_string(log_level level) noexcept;

}  // namespace observe
}  // namespace howdah
