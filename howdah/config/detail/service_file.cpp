#include "howdah/config/detail/service_file.hpp"

#include <algorithm>
#include <cstddef>
#include <system_error>
#include <utility>

#include "howdah/base/error.hpp"
#include "howdah/config/detail/keyword.hpp"
#include "howdah/config/detail/value.hpp"
#include "howdah/config/file.hpp"

namespace howdah::config {
namespace {

constexpr std::string_view file_name = "pg_service.conf";
constexpr std::string_view system_folder = "/etc/postgresql-common";  // where Debian's libpq looks
constexpr std::size_t longest_line = 1022;                            // libpq's limit

std::string_view trimmed(std::string_view line) {
    const auto first = line.find_first_not_of(blanks);
    if (first == line.npos) return {};
    return line.substr(first, line.find_last_not_of(blanks) - first + 1);
}

class service_reader {
public:
    service_reader(const std::string& path, std::string_view service, conninfo& info)
        : path_{path}, service_{service}, info_{info} {}

    service_found read(std::string_view text) {
        for (std::size_t at = 0; at < text.size();) {
            const auto end = std::min(text.find('\n', at), text.size());
            ++line_number_;
            if (end - at > longest_line) fail("is longer than 1022 bytes");
            const auto line = trimmed(text.substr(at, end - at));
            at = end + 1;
            if (line.empty() || line.starts_with('#')) continue;
            if (line.starts_with('[')) {
                if (found_) break;
                found_ = line.substr(1).starts_with(service_) && line.substr(1 + service_.size()).starts_with(']');
            } else if (found_) {
                read_setting(line);
            }
        }
        return found_ ? service_found::yes : service_found::no;
    }

private:
    void read_setting(std::string_view line) {
        if (line.starts_with("ldap")) fail("asks an LDAP server, which this client does not do");
        const auto equals = line.find('=');
        if (equals == line.npos) fail("has no \"=\"; write keyword=value");
        const auto name = line.substr(0, equals);
        if (name == "service") fail("names a service within a service");
        if (find_keyword(name) == nullptr)
            fail("has an unknown keyword; did you mean \"" + std::string{nearest_keyword(name)} +
                 "\"? No space may stand before the \"=\"");
        if (!info_.value(name)) info_.set(name, line.substr(equals + 1), value_source::service_file);
    }

    [[noreturn]] void fail(std::string_view what) const {
        throw error{errc::invalid_conninfo,
                    "service file " + path_ + ", line " + std::to_string(line_number_) + ' ' + std::string{what}};
    }

    const std::string& path_;
    std::string_view service_;
    conninfo& info_;
    std::size_t line_number_ = 0;
    bool found_ = false;
};

service_found read_service_file(const std::string& path, std::string_view service, conninfo& info) {
    std::string text;
    if (const auto failed = read_file(path, file_access::anyone, text)) {
        throw error{errc::invalid_conninfo, "service file " + path + " can't be read (" + failed.message() +
                                                "); PGSERVICEFILE says where it is"};
    }
    const auto found = read_service(text, path, service, info);
    wipe(text.data(), text.size());
    return found;
}

service_found ask_users_file(conninfo& info, const environment& environment, std::string_view service) {
    if (const auto named = environment.variable("PGSERVICEFILE")) return read_service_file(*named, service, info);
    const auto home = environment.home();
    if (!home) return service_found::no;
    const auto path = *home + "/." + std::string{file_name};
    return file_exists(path) ? read_service_file(path, service, info) : service_found::no;
}

service_found ask_systems_file(conninfo& info, const environment& environment, std::string_view service) {
    const auto folder = environment.variable("PGSYSCONFDIR").value_or(std::string{system_folder});
    const auto path = folder + '/' + std::string{file_name};
    return file_exists(path) ? read_service_file(path, service, info) : service_found::no;
}

}  // namespace

service_found read_service(std::string_view text, const std::string& path, std::string_view service, conninfo& info) {
    return service_reader{path, service, info}.read(text);
}

void add_service(conninfo& info, const environment& environment) {
    std::string service;
    if (const auto named = info.value("service")) {
        service = *named;
    } else if (auto variable = environment.variable("PGSERVICE")) {
        service = std::move(*variable);
    } else {
        return;
    }
    if (ask_users_file(info, environment, service) == service_found::yes) return;
    if (ask_systems_file(info, environment, service) == service_found::yes) return;
    throw error{errc::invalid_conninfo, "service \"" + service +
                                            "\" is in no service file; PGSERVICEFILE says where the file is, else "
                                            "~/.pg_service.conf and the system's are read"};
}

}  // namespace howdah::config
