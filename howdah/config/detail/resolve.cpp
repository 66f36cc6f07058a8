#include "howdah/config/detail/resolve.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "howdah/base/error.hpp"
#include "howdah/config/detail/keyword.hpp"
#include "howdah/config/detail/service_file.hpp"
#include "howdah/config/detail/value.hpp"
#include "howdah/config/file.hpp"
#include "howdah/config/passfile.hpp"

namespace howdah::config {
namespace {

constexpr std::uint16_t default_port = 5432;

bool is_empty(const conninfo& info, std::string_view keyword) { return info.value(keyword).value_or("").empty(); }

void add_sslmode(conninfo& info, const environment& environment, const conninfo_options& options) {
    if (environment.variable("PGREQUIRESSL").value_or("").starts_with('1')) {
        info.set("sslmode", "require", value_source::environment);
    } else if (options.use_defaults) {
        // The system's certificate authorities sign for anyone: only the name tells whose certificate it is.
        const bool system_roots = info.value("sslrootcert") == "system";
        info.set("sslmode", system_roots ? "verify-full" : "prefer", value_source::otherwise);
    }
}

void add_fallbacks(conninfo& info, const environment& environment, const conninfo_options& options) {
    for (const auto& keyword : keywords()) {
        if (info.value(keyword.name)) continue;
        const auto variable = keyword.variable.empty() ? std::nullopt : environment.variable(keyword.variable);
        if (variable) {
            info.set(keyword.name, *variable, value_source::environment);
        } else if (options.use_defaults && keyword.otherwise && keyword.name != "sslmode") {
            info.set(keyword.name, *keyword.otherwise, value_source::otherwise);
        }
    }
    if (!info.value("sslmode")) add_sslmode(info, environment, options);
}

// Who runs the process may bind all of its connections, and no connection string takes that back. A slip in the
// variable's value is an error for the same reason.
void apply_profile(conninfo& info, const environment& environment) {
    constexpr std::string_view keyword = "security_profile";
    const auto variable = environment.variable(find_keyword(keyword)->variable);
    if (variable && !variable->empty() && *variable != "standard")
        info.set(keyword, *variable, value_source::environment);
}

void add_user_and_database(conninfo& info) {
    if (is_empty(info, "user")) {
        const auto user = operating_system_user();
        if (!user)
            throw error{errc::invalid_conninfo,
                        "no user is given, and the system does not know the current one's name; give user=NAME"};
        info.set("user", *user, value_source::otherwise);
    }
    if (is_empty(info, "dbname")) info.set("dbname", std::string{*info.value("user")}, value_source::otherwise);
}

bool has_empty_element(std::string_view list) {
    const auto elements = split(list);
    return std::ranges::any_of(elements, [](std::string_view e) { return e.empty(); });
}

// Writes the defaults into the lists of hosts and ports, as the driver will read them.
void complete_lists(conninfo& info, const std::vector<endpoint>& hosts) {
    std::string names, ports;
    bool named = false;
    for (const auto& host : hosts) {
        names.append(&host == hosts.data() ? "" : ",").append(host.host);
        ports.append(&host == hosts.data() ? "" : ",").append(std::to_string(host.port));
        named = named || !host.host.empty();
    }
    const auto replace = [&](std::string_view keyword, const std::string& list) {
        info.set(keyword, list, info.source(keyword).value_or(value_source::otherwise));
    };
    if (named && has_empty_element(info.value("host").value_or(""))) replace("host", names);
    if (has_empty_element(info.value("port").value_or(""))) replace("port", ports);
}

void add_password(conninfo& info, const environment& environment, const std::vector<endpoint>& hosts) {
    if (!is_empty(info, "password")) return;
    if (is_empty(info, "passfile")) {
        const auto home = environment.home();
        if (!home) return;
        info.set("passfile", *home + "/.pgpass", value_source::otherwise);
    }
    if (is_empty(info, "user") || is_empty(info, "dbname")) return;
    const auto answer =
        ask_passfile(std::string{*info.value("passfile")}, hosts, *info.value("dbname"), *info.value("user"));
    const auto found = std::ranges::find(answer.passwords, false, &secret_string::empty);
    if (found != answer.passwords.end()) info.set("password", found->reveal(), value_source::passfile);
}

std::uint16_t port_of(std::string_view text, std::size_t position, const conninfo& info) {
    if (text.empty()) return default_port;
    const auto number = parse_integer(text);
    if (!number || *number < 1 || *number > 65535) {
        // Not shown: an unencoded '/' in a URI's password puts a piece of the password here.
        throw error{errc::invalid_option, label_of(info, "port") + ": number " + std::to_string(position + 1) +
                                              " of the list is not within 1 to 65535; in a URI, write / in a "
                                              "password as %2F and @ as %40"};
    }
    return static_cast<std::uint16_t>(*number);
}

[[noreturn]] void throw_mismatch(std::size_t count, const char* of_what, std::size_t other, const char* others) {
    throw error{errc::invalid_conninfo, std::to_string(count) + of_what + std::to_string(other) + others};
}

}  // namespace

std::string_view default_host() {
    constexpr auto folders = std::to_array<std::string_view>({"/var/run/postgresql", "/tmp"});
    for (const auto folder : folders)
        if (file_exists(std::string{folder})) return folder;
    return "localhost";
}

std::string label_of(const conninfo& info, std::string_view keyword) {
    std::string name{keyword};
    const auto source = info.source(keyword);
    if (source == value_source::environment) return std::string{find_keyword(keyword)->variable} + " (" + name + ")";
    if (source == value_source::service_file) name += " (in the service file)";
    return name;
}

std::vector<endpoint> endpoints(const conninfo& info) {
    const auto host_list = info.value("host").value_or("");
    const auto address_list = info.value("hostaddr").value_or("");
    const auto port_list = info.value("port").value_or("");
    const auto hosts = split(host_list), addresses = split(address_list), ports = split(port_list);
    const auto count = address_list.empty() ? hosts.size() : addresses.size();
    if (!host_list.empty() && hosts.size() != count)
        throw_mismatch(hosts.size(), " names in host do not match ", count,
                       " addresses in hostaddr; give one for each");
    if (ports.size() != 1 && ports.size() != count)
        throw_mismatch(ports.size(), " numbers in port do not match ", count,
                       " hosts; give one for all, or one for each");
    std::vector<endpoint> out(count);
    for (std::size_t i = 0; i < count; ++i) {
        if (!host_list.empty()) out[i].host = hosts[i];
        if (!address_list.empty()) out[i].hostaddr = addresses[i];
        if (out[i].host.empty() && out[i].hostaddr.empty()) out[i].host = default_host();
        const auto port = ports.size() == 1 ? std::size_t{0} : i;
        out[i].port = port_of(ports[port], port, info);
    }
    return out;
}

void resolve(conninfo& info, const conninfo_options& options, const environment& environment) {
    if (options.use_service_file) add_service(info, environment);
    add_fallbacks(info, environment, options);
    apply_profile(info, environment);
    if (options.use_defaults) add_user_and_database(info);
    const auto hosts = endpoints(info);
    if (options.use_defaults) complete_lists(info, hosts);
    if (options.use_passfile) add_password(info, environment, hosts);
}

void add_server_settings(connection_config& config, const environment& environment) {
    constexpr auto settings = std::to_array<std::pair<std::string_view, std::string_view>>(
        {{"PGDATESTYLE", "datestyle"}, {"PGTZ", "timezone"}, {"PGGEQO", "geqo"}});
    for (const auto& [variable, setting] : settings) {
        const auto value = environment.variable(variable);
        if (value && !equal_ignoring_case(*value, "default")) config.server_settings.emplace(setting, *value);
    }
}

void add_host_passwords(connection_config& config, const conninfo& info) {
    const bool given = info.source("password") && info.source("password") != value_source::passfile;
    if ((given && !config.password.empty()) || is_empty(info, "passfile")) return;
    config.passfile = *info.value("passfile");
    auto answer = ask_passfile(config.passfile, config.hosts, config.database, config.username);
    config.passfile_problem = std::move(answer.problem);
    const bool found = std::ranges::any_of(answer.passwords, [](const secret_string& p) { return !p.empty(); });
    if (found) config.host_passwords = std::move(answer.passwords);
    if (info.source("passfile") != value_source::otherwise && !file_exists(config.passfile))
        config.passfile_problem = "password file " + config.passfile + " does not exist";
}

}  // namespace howdah::config
