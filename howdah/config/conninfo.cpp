#include "howdah/config/conninfo.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "howdah/base/error.hpp"
#include "howdah/config/detail/environment.hpp"
#include "howdah/config/detail/interpret.hpp"
#include "howdah/config/detail/key_value.hpp"
#include "howdah/config/detail/keyword.hpp"
#include "howdah/config/detail/resolve.hpp"
#include "howdah/config/detail/uri.hpp"

namespace howdah {
namespace {

std::optional<std::size_t> position_of(std::string_view keyword) noexcept {
    const auto* found = config::find_keyword(keyword);
    if (found == nullptr) return std::nullopt;
    return static_cast<std::size_t>(found - config::keywords().data());
}

constexpr auto other_transports = std::to_array<std::string_view>({"record", "replay"});

bool read_transport(std::string_view text, conninfo& out) {
    for (const auto scheme : other_transports) {
        if (!text.starts_with(scheme) || !text.substr(scheme.size()).starts_with(':')) continue;
        const auto argument = text.substr(scheme.size() + 1);
        if (argument.empty() || argument.starts_with('?')) {
            throw error{errc::invalid_conninfo,
                        std::string{scheme} + ": names no folder; write " + std::string{scheme} + ":FOLDER"};
        }
        out.set_transport(scheme, argument);
        return true;
    }
    return false;
}

}  // namespace

std::optional<std::string_view> conninfo::value(std::string_view keyword) const noexcept {
    const auto position = position_of(keyword);
    const auto found = position ? entries_.find(*position) : entries_.end();
    if (found == entries_.end()) return std::nullopt;
    return found->second.value.reveal();
}

std::optional<value_source> conninfo::source(std::string_view keyword) const noexcept {
    const auto position = position_of(keyword);
    const auto found = position ? entries_.find(*position) : entries_.end();
    if (found == entries_.end()) return std::nullopt;
    return found->second.source;
}

void conninfo::set(std::string_view keyword, std::string_view value, value_source source) {
    const auto position = position_of(keyword);
    if (!position) throw error{errc::invalid_conninfo, "there is no connection option of that name"};
    if (value.find('\0') != value.npos)
        throw error{errc::invalid_conninfo, "the value of " + std::string{keyword} + " has a NUL in it"};
    entries_.insert_or_assign(*position, entry{secret_string{value}, source});
}

void conninfo::set_transport(std::string_view scheme, std::string_view argument) {
    transport_ = scheme;
    transport_argument_ = secret_string{argument};
}

conninfo read_conninfo(std::string_view text) {
    if (const auto nul = text.find('\0'); nul != text.npos) {
        throw error{errc::invalid_conninfo, "the connection string has a NUL at character " + std::to_string(nul + 1)};
    }
    conninfo out;
    if (read_transport(text, out)) return out;
    if (config::is_uri(text)) {
        config::read_uri(text, out);
    } else {
        config::read_key_value(text, out);
    }
    return out;
}

conninfo resolve_conninfo(std::string_view text, conninfo_options options) {
    auto info = read_conninfo(text);
    if (info.transport() == "postgresql") config::resolve(info, options, config::environment{options});
    return info;
}

connection_config parse_conninfo(std::string_view text, conninfo_options options) {
    const config::environment environment{options};
    const auto info = resolve_conninfo(text, options);
    if (info.transport() != "postgresql") {
        connection_config out;
        out.transport = info.transport();
        out.transport_argument = info.transport_argument();
        if (options.use_defaults) out.username = config::operating_system_user().value_or(std::string{});
        return out;
    }
    auto out = config::interpret(info);
    if (options.use_environment) config::add_server_settings(out, environment);
    if (options.use_passfile) config::add_host_passwords(out, info);
    return out;
}

}  // namespace howdah
