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

#include "howdah/blocking/target.hpp"
#include "howdah/core/retry.hpp"
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
}

namespace howdah::blocking {

template <class T>
class cursor;  // howdah/blocking/cursor.hpp
template <class T>
class portal;  // howdah/blocking/portal.hpp

/// The verbs with other options; valid as long as what it was made from.
class with_options : public verbs<with_options, detail::plain> {
public:
    using target_type = detail::target;
    explicit with_options(detail::target t) noexcept : target_{std::move(t)} {}
    const detail::target& target() const noexcept { return target_; }

private:
    detail::target target_;
};

/// A part of a transaction that can be undone by itself. Rolled back when it goes without release().
class savepoint {
public:
    /// `portals_before`: had been opened on the connection when it was made.
    savepoint(detail::target t, std::shared_ptr<howdah::core::transaction_state> of, std::string name,
              std::uint64_t portals_before) noexcept;
    savepoint(savepoint&&) noexcept = default;
    savepoint& operator=(savepoint&&) = delete;
    ~savepoint();

    /// Keeps what was done since, as a part of the transaction. Savepoints that were made after it end too.
    void release();
    /// Undoes what was done since, an error too; the transaction goes on. Streams and COPYs that were opened since end
    /// with transaction_ended, as they do when it is dropped.
    void rollback();
    /// Neither released nor rolled back, nor has an older savepoint or the transaction ended.
    bool open() const noexcept;
    const std::string& name() const noexcept { return name_; }

private:
    void end(std::vector<std::string> commands, std::optional<std::uint64_t> portals_kept);

    detail::target target_;
    std::shared_ptr<howdah::core::transaction_state> transaction_;  // null: moved from
    std::string name_;
    std::uint64_t portals_before_;
};

/// A transaction. BEGIN travels with its first statement. Rolled back when it goes without commit().
class transaction : public verbs<transaction, detail::plain> {
public:
    using target_type = detail::target;

    transaction(detail::target t, const transaction_options& options);
    transaction(transaction&& other) noexcept
        : target_{std::exchange(other.target_, {})}, state_{std::move(other.state_)} {}
    transaction& operator=(transaction&&) = delete;
    ~transaction();

    /// Errors: commit_rolled_back if a statement had failed; an error with fate::commit_unknown if the connection is
    /// lost before the server's answer (see transaction_options::tracking and resolve_commit).
    void commit();
    /// The same, and asks in the same round trip behind which place of the write-ahead log it stands. nullopt: committed,
    /// and not learnt.
    std::optional<wal_position> commit_with_position();
    /// Ends streams and COPYs that are open in it too: what they are asked for then throws transaction_ended.
    void rollback();
    bool open() const noexcept { return target_.lease != 0; }

    /// Makes a savepoint. Names need not differ, but it is easier where they do; empty: one of its own.
    blocking::savepoint savepoint(std::string name = {});
    /// Runs `body(transaction&)` in a savepoint: undone if it throws, and only that. Gives what it returns.
    template <class F>
    auto in_transaction(F&& body) {
        auto inner = savepoint();
        if constexpr (std::is_void_v<std::invoke_result_t<F&, transaction&>>) {
            body(*this);
            if (inner.open()) inner.release();
        } else {
            auto answer = body(*this);
            if (inner.open()) inner.release();
            return answer;
        }
    }
    /// Binds a statement to a portal, which gives so many rows as it is asked for. Arguments are moved or copied in.
    template <class T = row_view, class... P>
    portal<T> bind(sql<std::type_identity_t<P>...> statement, P&&... values) {
        auto kept = own_parameters(std::forward<P>(values)...);
        using made = howdah::core::open_stream_with<T, decltype(kept)>;
        return {target_, std::make_unique<made>(statement.text(), std::move(kept), stream_options{})};
    }
    /// A cursor on the server, until the end of the transaction. Arguments are moved or copied in.
    template <class T = row_view, class... P>
    cursor<T> declare(scrolling scroll, sql<std::type_identity_t<P>...> statement, P&&... values) {
        return {target_, statement.text(), own_parameters(std::forward<P>(values)...), scroll};
    }
    /// When deferrable constraints are checked, those of these names (without a schema) or all, until the end.
    command_result set_constraints(constraint_check when, const name_list& names = {});

    /// Its number; none as long as it has changed nothing. A round trip.
    std::optional<std::uint64_t> id();
    /// As it was asked for; unset: the server's default.
    std::optional<isolation_level> isolation() const noexcept;
    /// It was asked for as read only.
    bool read_only() const noexcept;
    /// By the client's clock, when it had the connection.
    std::chrono::system_clock::time_point started_at() const noexcept;
    /// Those that are open, oldest first. Valid until the next is made or ends.
    std::span<const savepoint_info> savepoints() const noexcept;

    with_options with(const call_options& options) const {
        return with_options{{target_.core, target_.lease, options}};
    }
    const detail::target& target() const noexcept { return target_; }

private:
    struct ending;
    std::optional<wal_position> end(const ending& how);

    detail::target target_;
    std::shared_ptr<howdah::core::transaction_state> state_;
};

namespace detail {

/// Begins one on a connection, as transaction_options say. For connection::begin(), and for a pool's.
transaction begin(const target& on, const transaction_options& options);

/// Runs `body(transaction&)` in what `begin` gives, and again as far as the options allow.
template <class Begin, class F>
auto in_transaction(const transaction_options& options, Begin begin, F& body) {
    options.validate();
    for (std::uint32_t attempt = 1;; ++attempt) {
        try {
            auto tx = begin();
            return howdah::core::committed(tx, body);
        } catch (const error& e) {
            if (attempt == options.max_attempts || !may_run_again(e)) throw;
        }
        howdah::core::sleep_before(options, attempt + 1);
    }
}

}  // namespace detail
}  // namespace howdah::blocking
