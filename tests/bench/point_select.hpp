#pragma once
// The operation that is counted: a point select of two numbers by a cached prepared statement.

#include <cstdint>

#include "howdah/config/conninfo.hpp"
#include "howdah/testing/shared_server.hpp"
#include "howdah/types/types.hpp"

namespace bench {

struct numbers {
    std::int32_t i;
    double f;
};

// No table: what the client does is the same.
inline constexpr char select_numbers[] = "select $1::int4, 0.5::float8";

inline howdah::connection_config config_by(howdah::testing::route way) {
    return howdah::parse_conninfo(howdah::testing::shared_server().dsn_by(way));
}

}  // namespace bench
