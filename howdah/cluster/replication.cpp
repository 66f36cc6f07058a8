#include "howdah/cluster/replication.hpp"

#include "howdah/base/error.hpp"

namespace howdah::clustering {
namespace {

std::optional<endpoint> place(const replication_row& row, const discovery::place_of& where, std::uint16_t port) {
    if (where)
        return where({.application_name = row.application_name, .client_address = row.client_address.value_or("")});
    if (!row.client_address) return std::nullopt;
    endpoint at;
    at.host = *row.client_address;
    at.port = port;
    return at;
}

}  // namespace

std::vector<found_node> read_replication(std::span<const replication_row> rows, const discovery::place_of& where,
                                         std::uint16_t port) {
    std::vector<found_node> out;
    for (const auto& row : rows) {
        if (!row.state) throw error{errc::no_node, "the user may not see pg_stat_replication: grant it pg_monitor"};
        auto at = place(row, where, port);
        if (at) out.push_back({.at = std::move(*at), .joins = *row.state == "streaming" && row.replays});
    }
    return out;
}

}  // namespace howdah::clustering
