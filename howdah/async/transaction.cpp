#include "howdah/async/transaction.hpp"

#include "howdah/async/detail/connection_core.hpp"
#include "howdah/core/command_call.hpp"
#include "howdah/core/transaction_calls.hpp"
#include "howdah/core/transaction_state.hpp"
#include "howdah/core/wal_position.hpp"
#include "howdah/types/types.hpp"

namespace howdah {
namespace {

using state_ptr = std::shared_ptr<core::transaction_state>;

error ended_error() { return error{errc::transaction_ended, "the transaction has ended: begin another one"}; }

// Gives the lease back, whatever happens.
struct lease_guard {
    explicit lease_guard(const async::target& t) noexcept : of{t} {}
    lease_guard(const lease_guard&) = delete;
    lease_guard& operator=(const lease_guard&) = delete;
    ~lease_guard() { of.core->engine().release(of.lease); }  // nothing, where it has ended
    const async::target& of;
};

awaitable<std::optional<std::uint64_t>> ask_id(async::target t, state_ptr s) {
    with_options on{std::move(t)};
    const auto id = co_await on.fetch_one<std::optional<std::int64_t>>(core::transaction_id_query);
    if (id) s->id = static_cast<std::uint64_t>(*id);
    co_return s->id;
}

bool wants_id(const async::target& t, const core::transaction_state& s) {
    const auto& e = t.core->engine();
    return s.options.tracking == commit_tracking::yes && !s.id && e.has_begun(t.lease) &&
           e.status() == wire::transaction_status::in_transaction;
}

awaitable<std::optional<wal_position>> end(async::target t, state_ptr s, core::end_call::how how,
                                           core::end_call::position where) {
    const lease_guard guard{t};
    s->all_ended();
    if (how == core::end_call::how::commit && wants_id(t, *s)) co_await ask_id(t, s);
    core::end_call call{t.lease, how, where};
    async::waiter w;
    co_await t.perform(call, w);
    if (call.failure() && !call.confirmed()) throw core::commit_failure(*call.failure(), *s);
    co_return call.where();
}

awaitable<void> end(async::target t, state_ptr s, core::end_call::how how) {
    (void)co_await end(std::move(t), std::move(s), how, core::end_call::position::unasked);
}

// How many portals had been opened when the commands went out.
awaitable<std::uint64_t> run(async::target t, std::vector<std::string> commands,
                             std::optional<std::uint64_t> portals_kept = std::nullopt) {
    core::command_call call{std::move(commands), portals_kept};
    async::waiter w;
    co_await t.perform(call, w);
    async::target::rethrow(call);
    co_return call.portals();
}

awaitable<savepoint> make_savepoint(async::target t, state_ptr s, std::string name) {
    std::vector<std::string> commands{core::savepoint_statement(name)};
    const auto portals = co_await run(t, std::move(commands));
    s->created(name);
    co_return savepoint{std::move(t), std::move(s), std::move(name), portals};
}

}  // namespace

// Savepoints.

savepoint::savepoint(async::target t, std::shared_ptr<core::transaction_state> of, std::string name,
                     std::uint64_t portals_before) noexcept
    : target_{std::move(t)}, transaction_{std::move(of)}, name_{std::move(name)}, portals_before_{portals_before} {}

bool savepoint::open() const noexcept { return transaction_ && transaction_->has(name_); }

savepoint::~savepoint() {
    if (!open()) return;
    transaction_->ended(name_);
    target_.core->engine().owe(
        target_.lease, core::rollback_to_statement(name_) + "; " + core::release_statement(name_), portals_before_);
}

awaitable<void> savepoint::end(std::vector<std::string> commands, std::optional<std::uint64_t> portals_kept) {
    if (!open()) throw error{errc::transaction_ended, "the savepoint has ended: make another one"};
    co_await run(target_, std::move(commands), portals_kept);
    transaction_->ended(name_);
}

awaitable<void> savepoint::release() { return end({core::release_statement(name_)}, std::nullopt); }
awaitable<void> savepoint::rollback() {
    return end({core::rollback_to_statement(name_), core::release_statement(name_)}, portals_before_);
}

// Transactions.

transaction::transaction(async::target t, const transaction_options& options)
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

awaitable<void> transaction::commit() {
    if (!open()) throw ended_error();
    return end(std::exchange(target_, {}), state_, core::end_call::how::commit);
}

awaitable<std::optional<wal_position>> transaction::commit_with_position() {
    if (!open()) throw ended_error();
    return end(std::exchange(target_, {}), state_, core::end_call::how::commit, core::end_call::position::wanted);
}

awaitable<void> transaction::rollback() {
    if (!open()) throw ended_error();
    return end(std::exchange(target_, {}), state_, core::end_call::how::roll_back);
}

awaitable<savepoint> transaction::savepoint(std::string name) {
    if (name.empty()) name = state_->new_savepoint_name();
    return make_savepoint(target_, state_, std::move(name));
}

awaitable<command_result> transaction::set_constraints(constraint_check when, const name_list& names) {
    return execute(unsafe_sql{core::set_constraints_statement(when, names.names())});
}

awaitable<std::optional<std::uint64_t>> transaction::id() { return ask_id(target_, state_); }

}  // namespace howdah
