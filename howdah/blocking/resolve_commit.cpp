#include "howdah/blocking/resolve_commit.hpp"

#include "howdah/blocking/blocking.hpp"
#include "howdah/config/conninfo.hpp"
#include "howdah/types/types.hpp"

namespace howdah::blocking {

commit_outcome resolve_commit(std::string_view conninfo, std::uint64_t transaction_id) {
    return resolve_commit(parse_conninfo(conninfo), transaction_id);
}

commit_outcome resolve_commit(const connection_config& config, std::uint64_t transaction_id) {
    connection db{config};
    const auto id = static_cast<std::int64_t>(transaction_id);
    return core::read_commit_outcome(db.fetch_one<std::optional<std::string>>(core::commit_outcome_query, id));
}

}  // namespace howdah::blocking
