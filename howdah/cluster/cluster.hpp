#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <source_location>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "howdah/async/awaitable.hpp"
#include "howdah/cluster/cluster_members.hpp"
#include "howdah/cluster/cluster_options.hpp"
#include "howdah/cluster/cluster_target.hpp"
#include "howdah/cluster/node.hpp"
#include "howdah/observe/observer.hpp"
#include "howdah/pool/pool.hpp"

namespace howdah {

namespace clustering {

class discovery_watch;

/// in_transaction() of whatever has a cluster_target.
template <class R, class F>
awaitable<R> transact(cluster_target t, pooling::place where, transaction_options options, F body) {
    crossing c{t, t.by.kind_of(options), "a transaction"};
    for (;;) {
        while (!c.found()) co_await c.wait();
        bool entered = false;  // from there on nothing is run again elsewhere: it may have had effects
        std::optional<wal_position> behind;
        const bool asks = c.question() == session_question::position;
        std::optional<error> failure;
        const auto commit = [&](transaction& tx) -> awaitable<void> {
            if (asks && tx.open()) behind = co_await tx.commit_with_position();
        };
        auto in_it = [&](transaction& tx) -> awaitable<R> {
            entered = true;
            if constexpr (std::is_void_v<R>) {
                co_await body(tx);
                co_await commit(tx);
            } else {
                auto answer = co_await body(tx);
                co_await commit(tx);
                co_return answer;
            }
        };
        try {
            if constexpr (std::is_void_v<R>) {
                co_await c.transact(options, in_it, where);
                if (asks) c.wrote(behind);
                c.succeeded();
                co_return;
            } else {
                auto answer = co_await c.transact(options, in_it, where);
                if (asks) c.wrote(behind);
                c.succeeded();
                co_return answer;
            }
        } catch (const error& e) {
            failure.emplace(e);
        }
        if (entered) {
            c.ended(*failure);
            throw error{*failure};
        }
        c.failed(*failure);
    }
}

/// What a cluster and its handles share beside the verbs.
template <class Self>
class transactions {
public:
    /// As connection::in_transaction, on one node: the primary, or for access_mode::read_only where reads go. It is run
    /// on another node only if `body` was not begun.
    template <class F>
    auto in_transaction(transaction_options options, F&& body,
                        std::source_location where = std::source_location::current()) {
        core::refuse_what_gcc12_breaks<F>();
        options.validate();
        using answer = typename std::invoke_result_t<F&, transaction&>::value_type;
        return transact<answer, F>(static_cast<Self&>(*this).target(), pooling::place::of(where), options,
                                   std::forward<F>(body));
    }
    template <class F>
        requires(!std::is_same_v<std::remove_cvref_t<F>, transaction_options>)
    auto in_transaction(F&& body, std::source_location where = std::source_location::current()) {
        return in_transaction(transaction_options{}, std::forward<F>(body), where);
    }

private:
    friend Self;
    transactions() = default;
};

}  // namespace clustering

/// A cluster's verbs with other ways to the nodes; valid as long as the cluster.
class cluster_view : public verbs<cluster_view, awaitable>, public clustering::transactions<cluster_view> {
public:
    using target_type = clustering::cluster_target;
    explicit cluster_view(clustering::cluster_target t) noexcept : target_{std::move(t)} {}

    /// With another timeout.
    cluster_view with(core::call_options options) const;
    const clustering::cluster_target& target() const noexcept { return target_; }

private:
    clustering::cluster_target target_;
};

/// Reads its own writes, on whatever node: a read goes to a replica that has replayed all that the session has written,
/// waits for one as long as replay_timeout, and else goes to the primary. Any thread; valid as long as the cluster.
/// What a write costs is no round trip more: the statement, or COMMIT, and the question where the log stands are one.
/// After pipelines, scripts, bulk calls and copies, whose place is not asked for, reads stay on the primary until the
/// session has written by a statement or a transaction again.
class cluster_session : public verbs<cluster_session, awaitable>, public clustering::transactions<cluster_session> {
public:
    using target_type = clustering::cluster_target;
    explicit cluster_session(clustering::cluster_target t) noexcept : target_{std::move(t)} {}

    cluster_view with(core::call_options options) const;
    /// What it has seen, signed, for a cookie or a header: cluster::session(token) goes on from there, in another process
    /// too where the key is shared. Empty: it has written nothing.
    std::string token() const;
    const clustering::cluster_target& target() const noexcept { return target_; }

private:
    clustering::cluster_target target_;
};

/// The nodes of one PostgreSQL cluster: a primary and its streaming replicas, whatever runs them. It asks each what it
/// is, sends reads and writes where they belong, and follows a failover.
///
///     howdah::cluster db{co_await this_coro::executor, "postgresql://app@db1,db2,db3/app"};
///     auto n = co_await db.fetch_one<std::int64_t>("select count(*) from users");     // on a replica
///     co_await db.execute("insert into users (name) values ($1)", "Ada");             // on the primary
///
/// Reads are SELECT, VALUES, TABLE, SHOW and WITH without a locking clause or anything that is known to write. One that
/// is refused because it writes after all (25006) is run on the primary, and told to the observer.
/// A read that fails by its node runs on another one, because its caller has seen nothing of it yet; a stream only until
/// it is connected. A write waits for a primary as long as node_timeout; it is run again only where no server has seen it.
/// A conninfo's target_session_attrs say where reads go (primary and read-write: there; standby and read-only: replicas
/// only; prefer-standby), and load_balance_hosts=random balances them so, in place of the options.
/// Errors: as pool; no_node, which says what each node is.
/// Executors and lifetime: as pool. Monitors run on the first executor.
class cluster : public verbs<cluster, awaitable>, public clustering::transactions<cluster> {
public:
    using target_type = clustering::cluster_target;

    /// Throws invalid_option and what connection_config::validate() throws; waits for no server.
    cluster(boost::asio::any_io_executor on, const cluster_members& members, const cluster_options& options = {},
            std::shared_ptr<observer> watcher = nullptr);
    cluster(const std::vector<boost::asio::any_io_executor>& on, const cluster_members& members,
            const cluster_options& options = {}, std::shared_ptr<observer> watcher = nullptr);
    cluster(cluster&&) noexcept = default;
    cluster& operator=(cluster&&) = delete;
    /// Closes every connection. Calls that still wait end with pool_closed or connection_closed.
    ~cluster();

    /// Its verbs, all on the primary.
    cluster_view primary() const;
    /// Its verbs, all on replicas, whatever the statement.
    cluster_view replica(routing how = {.from = read_from::replica_only}) const;
    /// Its verbs with another routing of reads.
    cluster_view reading(routing how) const;
    cluster_view with(core::call_options options) const;
    cluster_session session() const;
    /// Goes on from a token. Errors: invalid_session_token, for one that is not signed with the cluster's key, or is of
    /// another system.
    cluster_session session(std::string_view token) const;

    /// A transaction on the primary, or for access_mode::read_only where reads go. On one of the cluster's executors.
    awaitable<transaction> begin(transaction_options options = {},
                                 std::source_location where = std::source_location::current());

    /// One more node. Errors: invalid_option for a name that is there.
    void add(const connection_config& host, node_options options = {});
    /// Gives false where there is no node of that name ("db2:5432"). Its connections close as they come back.
    awaitable<bool> remove(std::string name, std::chrono::milliseconds timeout = std::chrono::seconds{10});

    // Any thread.

    std::vector<node_status> status() const;
    /// Calls that were run again on another node, so far.
    std::uint64_t reroutes() const;

    /// Refuses who comes and who waits, and ends when all connections are closed, those in use after `timeout`.
    awaitable<void> close(std::chrono::milliseconds timeout = std::chrono::seconds{10});

    const clustering::cluster_target& target() const noexcept { return target_; }

private:
    clustering::cluster_target target_;
    std::shared_ptr<clustering::discovery_watch> discovery_;  // null: none; it ends first
};

}  // namespace howdah
