#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "howdah/async/target.hpp"
#include "howdah/core/savepoint_info.hpp"
#include "howdah/core/scrolling.hpp"
#include "howdah/core/verbs.hpp"
#include "howdah/sql/name_list.hpp"
#include "howdah/sql/transaction_options.hpp"

namespace howdah::core {
class transaction_state;
template <class T, class Parameters>
class open_stream_with;
}  // namespace howdah::core

namespace howdah {

struct wal_position;  // howdah/core/wal_position.hpp
template <class T>
class cursor;  // howdah/async/cursor.hpp
template <class T>
class portal;  // howdah/async/portal.hpp

/// The verbs with other options; valid as long as what it was made from.
class with_options : public verbs<with_options, awaitable> {
public:
    using target_type = async::target;
    explicit with_options(async::target t) noexcept : target_{std::move(t)} {}
    const async::target& target() const noexcept { return target_; }

private:
    async::target target_;
};

/// A part of a transaction that can be undone by itself. Rolled back when it goes without release().
class savepoint {
public:
    /// `portals_before`: had been opened on the connection when it was made.
    savepoint(async::target t, std::shared_ptr<core::transaction_state> of, std::string name,
              std::uint64_t portals_before) noexcept;
    savepoint(savepoint&&) noexcept = default;
    savepoint& operator=(savepoint&&) = delete;
    ~savepoint();

    /// Keeps what was done since, as a part of the transaction. Savepoints that were made after it end too.
    awaitable<void> release();
    /// Undoes what was done since, an error too; the transaction goes on. Streams and COPYs that were opened since end
    /// with transaction_ended, as they do when it is dropped.
    awaitable<void> rollback();
    /// Neither released nor rolled back, nor has an older savepoint or the transaction ended.
    bool open() const noexcept;
    const std::string& name() const noexcept { return name_; }

private:
    awaitable<void> end(std::vector<std::string> commands, std::optional<std::uint64_t> portals_kept);

    async::target target_;
    std::shared_ptr<core::transaction_state> transaction_;  // null: moved from
    std::string name_;
    std::uint64_t portals_before_;
};

/// A transaction. BEGIN travels with its first statement, and other calls on the connection wait until it has ended.
/// Rolled back when it goes without commit().
class transaction : public verbs<transaction, awaitable> {
public:
    using target_type = async::target;

    transaction(async::target t, const transaction_options& options);
    transaction(transaction&& other) noexcept
        : target_{std::exchange(other.target_, {})}, state_{std::move(other.state_)} {}
    transaction& operator=(transaction&&) = delete;
    ~transaction();

    /// Errors: commit_rolled_back if a statement had failed; an error with fate::commit_unknown if the connection is
    /// lost before the server's answer (see transaction_options::tracking and resolve_commit).
    awaitable<void> commit();
    /// The same, and asks in the same round trip behind which place of the write-ahead log it stands. nullopt: committed,
    /// and not learnt.
    awaitable<std::optional<wal_position>> commit_with_position();
    /// Ends streams and COPYs that are open in it too: what they are asked for then throws transaction_ended.
    awaitable<void> rollback();
    bool open() const noexcept { return target_.lease != 0; }

    /// Makes a savepoint. Names need not differ, but it is easier where they do; empty: one of its own.
    awaitable<howdah::savepoint> savepoint(std::string name = {});
    /// Runs `body(transaction&)`, a coroutine, in a savepoint: undone if it throws, and only that. Gives what it returns.
    template <class F>
    auto in_transaction(F&& body) {
        core::refuse_what_gcc12_breaks<F>();
        using answer = typename std::invoke_result_t<F&, transaction&>::value_type;
        return nested<answer, F>(*this, std::forward<F>(body));
    }
    /// Binds a statement to a portal, which gives so many rows as it is asked for. Arguments are moved or copied in.
    template <class T = row_view, class... P>
    awaitable<portal<T>> bind(sql<std::type_identity_t<P>...> statement, P&&... values) {
        core::refuse_what_gcc12_breaks<P...>();
        auto kept = own_parameters(std::forward<P>(values)...);
        using made = core::open_stream_with<T, decltype(kept)>;
        return portal<T>::open(target_, std::make_unique<made>(statement.text(), std::move(kept), stream_options{}));
    }
    /// A cursor on the server, until the end of the transaction. Arguments are moved or copied in.
    template <class T = row_view, class... P>
    awaitable<cursor<T>> declare(scrolling scroll, sql<std::type_identity_t<P>...> statement, P&&... values) {
        core::refuse_what_gcc12_breaks<P...>();
        return cursor<T>::open(target_, statement.text(), own_parameters(std::forward<P>(values)...), scroll);
    }
    /// When deferrable constraints are checked, those of these names (without a schema) or all, until the end.
    awaitable<command_result> set_constraints(constraint_check when, const name_list& names = {});

    /// Its number; none as long as it has changed nothing. A round trip.
    awaitable<std::optional<std::uint64_t>> id();
    /// As it was asked for; unset: the server's default.
    std::optional<isolation_level> isolation() const noexcept;
    /// It was asked for as read only.
    bool read_only() const noexcept;
    /// By the client's clock, when it had the connection.
    std::chrono::system_clock::time_point started_at() const noexcept;
    /// Those that are open, oldest first. Valid until the next is made or ends.
    std::span<const savepoint_info> savepoints() const noexcept;

    with_options with(core::call_options options) const { return with_options{{target_.core, target_.lease, options}}; }
    const async::target& target() const noexcept { return target_; }

private:
    template <class R, class F>
    static awaitable<R> nested(transaction& tx, F body) {
        auto inner = co_await tx.savepoint();
        if constexpr (std::is_void_v<R>) {
            co_await body(tx);
            if (inner.open()) co_await inner.release();
        } else {
            auto answer = co_await body(tx);
            if (inner.open()) co_await inner.release();
            co_return answer;
        }
    }

    async::target target_;
    std::shared_ptr<core::transaction_state> state_;
};

}  // namespace howdah
