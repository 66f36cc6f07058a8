#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "howdah/base/secret_string.hpp"
#include "howdah/config/connection_config.hpp"

namespace howdah {

/// Where the value of a keyword came from.
enum class value_source { given, service_file, environment, passfile, otherwise };

/// The keywords of a connection string and their values, as PQconninfoParse gives them: read, not yet interpreted.
/// Values are kept as secrets, since any of them may be one; show none but by conninfo_json().
class conninfo {
public:
    /// nullopt: nothing was said. An empty value was said.
    std::optional<std::string_view> value(std::string_view keyword) const noexcept;
    /// Where the value came from; nullopt: there is none.
    std::optional<value_source> source(std::string_view keyword) const noexcept;
    /// Replaces an earlier value. Errors: invalid_conninfo for an unknown keyword or a value with a NUL.
    void set(std::string_view keyword, std::string_view value, value_source source = value_source::given);

    /// "postgresql", or for `record:DIR?upstream=...` and `replay:DIR` the scheme.
    const std::string& transport() const noexcept { return transport_; }
    /// What stood behind another scheme than postgresql, uninterpreted.
    std::string_view transport_argument() const noexcept { return transport_argument_.reveal(); }
    void set_transport(std::string_view scheme, std::string_view argument);

private:
    struct entry {
        secret_string value;
        value_source source;
    };
    std::map<std::size_t, entry> entries_;  // by position among config::keywords()
    std::string transport_ = "postgresql";
    secret_string transport_argument_;  // an upstream's URI may hold a password
};

/// Looks up an environment variable; nullopt: not set.
using environment_lookup = std::function<std::optional<std::string>(std::string_view name)>;

/// What else speaks where the string says nothing. Trivially destructible, so that it may be written inline.
struct conninfo_options {
    bool use_environment = true;                      // PGHOST and its like
    bool use_service_file = true;                     // what `service` names
    bool use_passfile = true;                         // ~/.pgpass, or what `passfile` names
    bool use_defaults = true;                         // the defaults, the operating system's user, the local socket
    const environment_lookup* environment = nullptr;  // instead of the process's; it must outlive the call
};
static_assert(std::is_trivially_destructible_v<conninfo_options>);

/// Reads a connection string by libpq 18's rules: a URI (postgresql://, postgres://), `keyword=value` pairs, or
/// `record:` and `replay:` with their folder; gives what stands in it and no more.
/// Errors: invalid_conninfo, naming the keyword or the place and what to do, never a value.
conninfo read_conninfo(std::string_view text);

/// Also asks the service file, the environment, the defaults and the passfile, in libpq's order.
conninfo resolve_conninfo(std::string_view text, conninfo_options options = {});

/// Reads a connection string into what a connection needs to know.
/// What is understood and not done by Howdah (GSSAPI encryption, OAuth, ...) is kept, and refused by validate().
/// Errors: invalid_conninfo (syntax, unknown keyword, service), invalid_option (a keyword's value).
connection_config parse_conninfo(std::string_view text, conninfo_options options = {});

/// How conninfo_json() shows a conninfo.
struct conninfo_json_options {
    bool given_only = false;     // leave out what did not stand in the string
    bool show_password = false;  // else every secret is "********"
};

/// One compact JSON object, keyed by libpq's keywords in libpq's order; every value is a string.
std::string conninfo_json(const conninfo& info, conninfo_json_options options = {});

}  // namespace howdah
