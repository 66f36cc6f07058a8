#include <string>
#include <string_view>

#include "howdah/config/conninfo.hpp"
#include "howdah/config/detail/keyword.hpp"

namespace howdah {
namespace {

constexpr std::string_view mask = "********";

void append_string(std::string& out, std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    out += '"';
    for (const char c : text) {
        const auto code = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (code < 0x20 || code == 0x7f) {
            out.append("\\u00").append(1, digits[code >> 4]).append(1, digits[code & 15]);
        } else {
            out += c;
        }
    }
    out += '"';
}

void append_member(std::string& out, std::string_view key, std::string_view value) {
    if (out.size() > 1) out += ',';
    append_string(out, key);
    out += ':';
    append_string(out, value);
}

// An upstream's URI stands behind the '?', and may hold a password.
std::string masked_argument(std::string_view argument) {
    const auto query = argument.find('?');
    if (query == argument.npos) return std::string{argument};
    return std::string{argument.substr(0, query + 1)}.append(mask);
}

}  // namespace

std::string conninfo_json(const conninfo& info, conninfo_json_options options) {
    std::string out = "{";
    if (info.transport() != "postgresql") {
        const auto argument = info.transport_argument();
        append_member(out, "transport", info.transport());
        append_member(out, "transport_argument",
                      options.show_password ? std::string{argument} : masked_argument(argument));
    }
    for (const auto& keyword : config::keywords()) {
        const auto value = info.value(keyword.name);
        if (!value || (options.given_only && info.source(keyword.name) != value_source::given)) continue;
        const bool hidden = keyword.shown == config::secrecy::secret && !options.show_password;
        append_member(out, keyword.name, hidden ? mask : *value);
    }
    return out += '}';
}

}  // namespace howdah
