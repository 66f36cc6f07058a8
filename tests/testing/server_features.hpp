#pragma once

#include <array>
#include <string_view>

namespace howdah::testing {

/// What a PostgreSQL that this project supports may lack, and the first major version that has it. The one place where
/// this is written: a test that needs one of these asks `has`.
struct server_feature {
    std::string_view name;
    int since;
    std::string_view probe = {};  // a statement that fails without it; empty: no statement tells
};

namespace features {

inline constexpr server_feature xid8{"the type xid8", 13, "select '1'::xid8"};
inline constexpr server_feature binary_ltree{"ltree, lquery and ltxtquery in binary", 13};
inline constexpr server_feature multiranges{"multiranges", 14, "select '{[1,2)}'::int4multirange"};
inline constexpr server_feature infinite_numeric{"infinity as a numeric", 14, "select 'infinity'::numeric"};
inline constexpr server_feature infinite_interval{"infinity as an interval", 17, "select 'infinity'::interval"};
inline constexpr server_feature counted_plans{"plans counted in pg_prepared_statements", 14,
                                              "select generic_plans from pg_prepared_statements"};
inline constexpr server_feature reported_role{"in_hot_standby, reported", 14, "show in_hot_standby"};
inline constexpr server_feature direct_tls{"TLS without asking first (sslnegotiation=direct)", 17};
inline constexpr server_feature protocol_3_2{"protocol 3.2, with a long cancel key", 18};

}  // namespace features

inline constexpr std::array all_server_features{
    features::xid8,          features::counted_plans,    features::binary_ltree,
    features::multiranges,   features::infinite_numeric, features::infinite_interval,
    features::reported_role, features::direct_tls,       features::protocol_3_2};

/// The major version of a server_version: 15 of "15.13 (Debian 15.13-0+deb12u1)", 0 of what has none.
constexpr int major_version(std::string_view server_version) noexcept {
    int version = 0;
    for (const char c : server_version) {
        if (c < '0' || c > '9') break;
        version = version * 10 + (c - '0');
    }
    return version;
}

/// Whether the server at the other end of `connection` has it.
template <class Connection>
bool has(const Connection& connection, const server_feature& feature) {
    return major_version(connection.server_parameter("server_version")) >= feature.since;
}

}  // namespace howdah::testing
