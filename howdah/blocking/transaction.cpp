#include "howdah/blocking/transaction.hpp"

#include "howdah/blocking/detail/connection_core.hpp"
#include "howdah/core/command_call.hpp"
#include "howdah/core/transaction_calls.hpp"
#include "howdah/core/transaction_state.hpp"
#include "howdah/core/wal_position.hpp"
#include "howdah/types/types.hpp"

namespace howdah::blocking {
namespace {

error ended_error() { return error{errc::transaction_ended, "the transaction has ended: begin another one"}; }

bool wants_id(const detail::target& t, const core::transaction_state& s) {
    const auto& e = t.core->engine();
    return s.options.tracking == commit_tracking::yes && !s.id && e.has_begun(t.lease) &&
           e.status() == wire::transaction_status::in_transaction;
}

}  // namespace

// Savepoints.

savepoint::savepoint(detail::target t, std::shared_ptr<core::transaction_state> of, std::string name,
                     std::uint64_t portals_before) noexcept
    : target_{std::move(t)}, transaction_{std::move(of)}, name_{std::move(name)}, portals_before_{portals_before} {}

bool savepoint::open() const noexcept { return transaction_ && transaction_->has(name_); }

savepoint::~savepoint() {
    if (!open()) return;
    transaction_->ended(name_);
    target_.core->engine().owe(
        target_.lease, core::rollback_to_statement(name_) + "; " + core::release_statement(name_), portals_before_);
}

void savepoint::end(std::vector<std::string> commands, std::optional<std::uint64_t> portals_kept) {
    if (!open()) throw error{errc::transaction_ended, "the savepoint has ended: make another one"};
    core::command_call call{std::move(commands), portals_kept};
    target_.perform(call);
    transaction_->ended(name_);
}

void savepoint::release() { end({core::release_statement(name_)}, std::nullopt); }
void savepoint::rollback() {
    end({core::rollback_to_statement(name_), core::release_statement(name_)}, portals_before_);
}

// Transactions.

transaction::transaction(detail::target t, const transaction_options& options)
    : target_{std::move(t)}, state_{std::make_shared<core::transaction_state>(options)} {}

std::optional<isolation_level> transaction::isolation() const noexcept { return state_->options.isolation; }
bool transaction::read_only() const noexcept { return state_->options.access == access_mode::read_only; }
std::chrono::system_clock::time_point transaction::started_at() const noexcept { return state_->started_at; }
std::span<const savepoint_info> transaction::savepoints() const noexcept { return state_->savepoints(); }

transaction::~transaction() {
    if (target_.lease == 0) return;
    state_->all_ended();
    target_.core->engine().release(target_.lease);
}

// What its end_call is made from.
struct transaction::ending {
    enum howdah::core::end_call::how what;
    enum howdah::core::end_call::position where = howdah::core::end_call::position::unasked;
};

std::optional<wal_position> transaction::end(const ending& how) {
    if (!open()) throw ended_error();
    state_->all_ended();
    try {
        if (how.what == core::end_call::how::commit && wants_id(target_, *state_)) (void)id();
        core::end_call call{target_.lease, how.what, how.where};
        const auto ended = std::exchange(target_, {});  // whatever comes, it is over
        try {
            ended.perform(call);
        } catch (const error& e) {
            ended.core->engine().release(ended.lease);
            if (!call.confirmed()) throw core::commit_failure(e, *state_);
        }
        return call.where();
    } catch (...) {
        if (target_.lease != 0) target_.core->engine().release(std::exchange(target_, {}).lease);
        throw;
    }
}

transaction detail::begin(const target& on, const transaction_options& options) {
    options.validate();
    core::lease_id lease = 0;
    core::lease_call call{
        begin_statement(options), lease, {.timeout = options.timeout, .warn_after = options.warn_after}};
    on.perform(call);
    return {{on.core, lease, {}, on.from}, options};
}

void transaction::commit() { (void)end({core::end_call::how::commit}); }
std::optional<wal_position> transaction::commit_with_position() {
    return end({core::end_call::how::commit, core::end_call::position::wanted});
}
void transaction::rollback() { (void)end({core::end_call::how::roll_back}); }

savepoint transaction::savepoint(std::string name) {
    if (name.empty()) name = state_->new_savepoint_name();
    core::command_call call{std::vector<std::string>{core::savepoint_statement(name)}};
    target_.perform(call);
    state_->created(name);
    return {target_, state_, std::move(name), call.portals()};
}

command_result transaction::set_constraints(constraint_check when, const name_list& names) {
    return execute(unsafe_sql{core::set_constraints_statement(when, names.names())});
}

std::optional<std::uint64_t> transaction::id() {
    const auto id = fetch_one<std::optional<std::int64_t>>(core::transaction_id_query);
    if (id) state_->id = static_cast<std::uint64_t>(*id);
    return state_->id;
}

}  // namespace howdah::blocking
