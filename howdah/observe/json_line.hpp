#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace howdah::observe {

/// A JSON object on one line, written field by field. Whatever a text holds, it stays one line and one text: what steers
/// a terminal or a log is escaped, and what is no UTF-8 becomes U+FFFD.
class json_line {
public:
    json_line& add(std::string_view name, std::string_view text);
    json_line& add(std::string_view name, const char* text) { return add(name, std::string_view{text}); }
    json_line& add(std::string_view name, std::same_as<bool> auto value) {
        return add_json(name, value ? "true" : "false");
    }
    template <std::integral T>
        requires(!std::same_as<T, bool>)
    json_line& add(std::string_view name, T value) {
        return add_json(name, std::to_string(value));
    }
    /// Seconds, or any number; not finite: null.
    json_line& add(std::string_view name, double value);
    /// A value that is JSON already.
    json_line& add_json(std::string_view name, std::string_view json);

    /// The line, without its end: the last call.
    std::string finish() { return std::move(out_ += '}'); }

private:
    std::string out_ = "{";
};

/// Appends it with its quotes.
void append_json_text(std::string& out, std::string_view text);

/// `when` by RFC 3339, in UTC, with microseconds.
std::string to_rfc3339(std::int64_t microseconds_since_epoch);

}  // namespace howdah::observe
