#pragma once
// What makes an audit trail of lines: each holds its number, the hash of the line before it, and last its own.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "howdah/base/secret_string.hpp"
#include "howdah/observe/json_line.hpp"

namespace howdah::observe {

/// Where the next line joins.
struct audit_link {
    std::uint64_t number = 0;  // of the last line; 0: there is none
    std::string hash{};        // the last line's; empty: there is none
};

/// `{"n":1,"previous":"...",` and what `fields` says, `,"hash":"..."}` without the line's end. The hash is of all that stands
/// in front of it: SHA-256, with a key HMAC-SHA-256. `after` becomes this line's.
template <class Fields>
std::string audit_line(audit_link& after, const secret_string& key, Fields fields);

/// The link that a sound line makes; nullopt if it is no audit line or was changed.
std::optional<audit_link> read_audit_line(std::string_view line, const secret_string& key);
/// What a sound line names as the hash of the one before it.
std::string_view previous_of(std::string_view line) noexcept;

/// In hexadecimal.
std::string audit_hash(std::string_view text, const secret_string& key);

template <class Fields>
std::string audit_line(audit_link& after, const secret_string& key, Fields fields) {
    json_line line;
    line.add("n", ++after.number).add("previous", after.hash);
    fields(line);
    auto text = line.finish();
    text.back() = ',';  // it goes on
    after.hash = audit_hash(text, key);
    return text.append("\"hash\":\"").append(after.hash).append("\"}");
}

}  // namespace howdah::observe
