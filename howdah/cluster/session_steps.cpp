#include "howdah/cluster/session_steps.hpp"

#include "howdah/cluster/routed_call.hpp"

namespace howdah::clustering {
namespace {

const statement_text& replayed_question() {
    static const sql<lsn> q{"select coalesce(pg_last_wal_replay_lsn() >= $1, false)"};
    return q.text();
}

const statement_text& position_question() {
    static const sql<> q{core::wal_position_query};
    return q.text();
}

}  // namespace

session_steps::session_steps(session_question what, const wal_position& past) : what_{what} {
    if (what != session_question::replayed) return;
    replayed_ = &steps_.add<replayed_step>(replayed_question(), keep_parameters(lsn{past.at}));
    syncs_.push_back(1);
}

void session_steps::ask_behind() {
    if (what_ != session_question::position) return;
    syncs_.push_back(1);
    position_ = &steps_.add<position_step>(position_question(), parameters<>{std::in_place});
}

std::optional<wal_position> session_steps::conclude() {
    // Where the connection is lost, a step only says that its answer never came; the call knows why.
    if (!statement_->answered) {
        const bool known = statement_->failure && statement_->failure->code() != errc::pipeline_aborted;
        if (!known && call_->failure()) throw error{*call_->failure()};
        throw error{*statement_->failure};
    }
    if (replayed_ != nullptr && (!replayed_->answered || !replayed_->sink().take())) throw error{not_replayed_there()};
    if (position_ == nullptr || !position_->answered) return std::nullopt;
    const auto row = position_->sink().take();
    return core::read_wal_position(row, row.synchronous_commit);
}

}  // namespace howdah::clustering
