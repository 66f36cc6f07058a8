#pragma once
// What a server says (protocol, section 55.7), written by hand so that it can be written wrongly.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "howdah/base/bytes.hpp"
#include "howdah/base/writer.hpp"

namespace howdah::test::backend {

template <class... U>
std::string numbers(U... values) {
    bytes out;
    (put_big_endian(out, values), ...);
    return std::string{as_text(out)};
}

inline std::string cstring(std::string_view text) { return std::string{text} + '\0'; }

/// A header that announces `length`, itself included.
inline std::string header(char tag, std::uint32_t length) { return tag + numbers(length); }
inline std::string message(char tag, std::string_view body = {}) {
    return header(tag, static_cast<std::uint32_t>(body.size()) + 4).append(body);
}

inline std::string authentication(std::uint32_t kind, std::string_view payload = {}) {
    return message('R', numbers(kind).append(payload));
}
inline std::string scram_offer() { return authentication(10, cstring("SCRAM-SHA-256") + '\0'); }
inline std::string parameter_status(std::string_view name, std::string_view value) {
    return message('S', cstring(name) + cstring(value));
}
inline std::string ready(char status = 'I') { return message('Z', {&status, 1}); }
inline std::string error(std::string_view severity, std::string_view state, std::string_view text) {
    return message(
        'E', 'S' + cstring(severity) + 'V' + cstring(severity) + 'C' + cstring(state) + 'M' + cstring(text) + '\0');
}
/// What stands between AuthenticationOk and the first ReadyForQuery, and that.
inline std::string session_setup() {
    return parameter_status("server_version", "15.4") + parameter_status("client_encoding", "UTF8") +
           message('K', numbers(std::uint32_t{4711}, std::uint32_t{0xfeedbeef})) + ready();
}
inline std::string welcome() { return authentication(0) + session_setup(); }

inline const std::string parsed = message('1'), bound = message('2'),
                         no_parameters = message('t', numbers(std::uint16_t{0}));
/// Columns of int4.
inline std::string row_description(const std::vector<std::string>& names) {
    auto body = numbers(static_cast<std::uint16_t>(names.size()));
    for (const auto& name : names)
        body += cstring(name) + numbers(std::uint32_t{0}, std::uint16_t{0}, std::uint32_t{23}, std::uint16_t{4},
                                        std::uint32_t{0xffffffff}, std::uint16_t{0});
    return message('T', body);
}
inline std::string data_row(const std::vector<std::string>& values) {
    auto body = numbers(static_cast<std::uint16_t>(values.size()));
    for (const auto& v : values) body += numbers(static_cast<std::uint32_t>(v.size())) + v;
    return message('D', body);
}
inline std::string command_complete(std::string_view tag) { return message('C', cstring(tag)); }

}  // namespace howdah::test::backend
