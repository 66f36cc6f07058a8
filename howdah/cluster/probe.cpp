#include "howdah/cluster/probe.hpp"

#include <utility>

#include "howdah/base/generated/sqlstates.hpp"
#include "howdah/core/wal_position.hpp"

namespace howdah::clustering {

bool is_too_much_asked(const error& e) noexcept {
    return e.state() == feature_not_supported || e.state() == undefined_function || e.state() == insufficient_privilege;
}

probe_answer read_probe(const probe_row& row) {
    return {.in_recovery = row.in_recovery,
            .position = row.position,
            .received = row.received,
            .system = static_cast<std::uint64_t>(row.system),
            .timeline = row.wal_file ? core::timeline_of(*row.wal_file) : static_cast<std::uint32_t>(row.timeline),
            .read_only = row.read_only,
            .receiver = row.receiver.value_or("")};
}

}  // namespace howdah::clustering
