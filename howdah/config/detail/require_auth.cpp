#include "howdah/config/detail/require_auth.hpp"

#include <array>
#include <optional>
#include <string>
#include <utility>

#include "howdah/base/error.hpp"
#include "howdah/config/detail/value.hpp"

namespace howdah::config {
namespace {

constexpr auto methods =
    std::to_array<std::pair<std::string_view, auth_method>>({{"none", auth_method::none},
                                                             {"password", auth_method::password},
                                                             {"md5", auth_method::md5},
                                                             {"scram-sha-256", auth_method::scram_sha_256},
                                                             {"gss", auth_method::gss},
                                                             {"sspi", auth_method::sspi},
                                                             {"oauth", auth_method::oauth}});

std::optional<auth_methods> bit_of(std::string_view name) {
    for (const auto& [text, method] : methods)
        if (text == name) return static_cast<auth_methods>(method);
    return std::nullopt;
}

[[noreturn]] void refuse(std::string_view label, std::string_view what) {
    throw error{errc::invalid_option, std::string{label} + ": " + std::string{what}};
}

}  // namespace

auth_methods parse_require_auth(std::string_view list, std::string_view label) {
    // libpq's reading: of a list without methods, no request is on it. A forgotten value fails closed.
    if (list.empty()) return static_cast<auth_methods>(auth_method::none);
    const bool negated = list.starts_with('!');
    auth_methods named = 0;
    for (auto name : split(list)) {
        if (name.starts_with('!') != negated) refuse(label, "methods with and without \"!\" can't stand in one list");
        if (negated) name.remove_prefix(1);
        const auto bit = bit_of(name);
        if (!bit) refuse(label, "a method is not one of none, password, md5, scram-sha-256, gss, sspi, oauth");
        if ((named & *bit) != 0)
            refuse(label, std::string{name} + " is named twice; a slip here may cost the password");
        named |= *bit;
    }
    constexpr auth_methods all = 0xff;
    return negated ? static_cast<auth_methods>(all & ~named) : named;
}

}  // namespace howdah::config
