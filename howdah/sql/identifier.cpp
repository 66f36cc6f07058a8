#include "howdah/sql/identifier.hpp"

#include "howdah/base/error.hpp"

namespace howdah {

std::string quoted_identifier(std::string_view name) {
    if (name.empty() || name.find('\0') != std::string_view::npos)
        throw error{errc::invalid_encoding, "an identifier is neither empty nor has a NUL"};
    std::string out{'"'};
    for (const char c : name) {
        if (c == '"') out += c;
        out += c;
    }
    return out += '"';
}

std::string quoted_list(std::span<const std::string_view> names) {
    std::string out;
    for (const auto name : names) out.append(out.empty() ? "" : ", ").append(quoted_identifier(name));
    return out;
}

}  // namespace howdah
