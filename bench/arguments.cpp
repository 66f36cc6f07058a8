#include "bench/arguments.hpp"

#include <stdexcept>

namespace bench {

arguments::arguments(std::span<char* const> given) {
    if (given.size() != count) throw std::invalid_argument{"usage: WORKLOAD HOST PORT USER PASSWORD DBNAME"};
    constexpr std::string_view over_tls = "_tls";
    workload = given[0];
    tls = workload.ends_with(over_tls);
    if (tls) workload.resize(workload.size() - over_tls.size());
    host = given[1];
    port = given[2];
    user = given[3];
    password = given[4];
    database = given[5];
}

}  // namespace bench
