#include "howdah/async/resolve_commit.hpp"

#include "howdah/async/async.hpp"
#include "howdah/config/conninfo.hpp"
#include "howdah/types/types.hpp"

namespace howdah {
namespace {

awaitable<commit_outcome> resolve(connection_config config, std::int64_t id) {
    auto db = co_await connect(config);
    const auto answer = co_await db.fetch_one<std::optional<std::string>>(core::commit_outcome_query, id);
    co_return core::read_commit_outcome(answer);
}

}  // namespace

awaitable<commit_outcome> resolve_commit(std::string_view conninfo, std::uint64_t transaction_id) {
    return resolve(parse_conninfo(conninfo), static_cast<std::int64_t>(transaction_id));
}

awaitable<commit_outcome> resolve_commit(const connection_config& config, std::uint64_t transaction_id) {
    return resolve(config, static_cast<std::int64_t>(transaction_id));
}

}  // namespace howdah
