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

#include "howdah/cluster/blocking_cluster_target.hpp"
#include "howdah/cluster/cluster_members.hpp"
#include "howdah/cluster/cluster_options.hpp"
#include "howdah/cluster/node.hpp"
#include "howdah/observe/observer.hpp"

namespace howdah::clustering {
class discovery_watch;
}

namespace howdah::blocking {

namespace detail {

/// in_transaction() of whatever has a cluster_target. From where `body` was begun on nothing is run again elsewhere.
template <class F>
auto transact(const cluster_target& t, const std::source_location& where, const transaction_options& options, F& body) {
    using answer = std::invoke_result_t<F&, transaction&>;
    crossing c{t, t.by.kind_of(options), "a transaction"};
    for (;;) {
        c.find();
        const bool asks = c.question() == clustering::session_question::position;
        bool entered = false;
        std::optional<wal_position> behind;
        const auto commit = [&](transaction& tx) {
            if (asks && tx.open()) behind = tx.commit_with_position();
        };
        const auto in_it = [&](transaction& tx) -> answer {
            entered = true;
            if constexpr (std::is_void_v<answer>) {
                body(tx);
                commit(tx);
            } else {
                auto given = body(tx);
                commit(tx);
                return given;
            }
        };
        const auto done = [&] {
            if (asks) c.wrote(behind);
            c.succeeded();
        };
        try {
            if constexpr (std::is_void_v<answer>) {
                c.pool().in_transaction(options, in_it, where);
                return done();
            } else {
                auto given = c.pool().in_transaction(options, in_it, where);
                done();
                return given;
            }
        } catch (const error& e) {
            if (entered) {
                c.ended(e);
                throw;
            }
            c.failed(e);
        }
    }
}

/// What a cluster and its handles share beside the verbs.
template <class Self>
class cluster_transactions {
public:
    /// As connection::in_transaction(), on one node: the primary, or for access_mode::read_only where reads go. It is run
    /// on another node only if `body` was not begun.
    template <class F>
    auto in_transaction(const transaction_options& options, F&& body,
                        std::source_location where = std::source_location::current()) {
        options.validate();
        return transact(static_cast<Self&>(*this).target(), where, options, body);
    }
    template <class F>
    auto in_transaction(F&& body, std::source_location where = std::source_location::current()) {
        return in_transaction(transaction_options{}, std::forward<F>(body), where);
    }

private:
    friend Self;
    cluster_transactions() = default;
};

}  // namespace detail

/// A cluster's verbs with other ways to the nodes; valid as long as the cluster.
class cluster_view : public verbs<cluster_view, detail::plain>, public detail::cluster_transactions<cluster_view> {
public:
    using target_type = detail::cluster_target;
    explicit cluster_view(detail::cluster_target t) noexcept : target_{std::move(t)} {}

    /// With another timeout, or a way to stop them from another thread.
    cluster_view with(const call_options& options) const;
    const detail::cluster_target& target() const noexcept { return target_; }

private:
    detail::cluster_target target_;
};

/// Reads its own writes, on whatever node: see howdah::cluster_session. For any number of threads.
class cluster_session : public verbs<cluster_session, detail::plain>,
                        public detail::cluster_transactions<cluster_session> {
public:
    using target_type = detail::cluster_target;
    explicit cluster_session(detail::cluster_target t) noexcept : target_{std::move(t)} {}

    cluster_view with(const call_options& options) const;
    /// What it has seen, signed: cluster::session(token) goes on from there. Empty: it has written nothing.
    std::string token() const;
    const detail::cluster_target& target() const noexcept { return target_; }

private:
    detail::cluster_target target_;
};

/// The nodes of one PostgreSQL cluster, for any number of threads: see howdah::cluster, which says how calls find their
/// nodes. Each node has a pool, with the pool's threads, and a thread that asks it what it is.
class cluster : public verbs<cluster, detail::plain>, public detail::cluster_transactions<cluster> {
public:
    using target_type = detail::cluster_target;
    using duration = std::chrono::milliseconds;

    /// Throws invalid_option and what connection_config::validate() throws; waits for no server.
    explicit cluster(const cluster_members& members, const cluster_options& options = {},
                     std::shared_ptr<observer> watcher = nullptr);
    cluster(const cluster&) = delete;
    cluster& operator=(const cluster&) = delete;
    /// As ~pool().
    ~cluster();

    /// Its verbs, all on the primary.
    cluster_view primary() const;
    /// Its verbs, all on replicas, whatever the statement.
    cluster_view replica(const routing& how = {.from = read_from::replica_only}) const;
    /// Its verbs with another routing of reads.
    cluster_view reading(const routing& how) const;
    cluster_view with(const call_options& options) const;
    cluster_session session() const;
    /// Goes on from a token. Errors: invalid_session_token, for one that is not signed with the cluster's key, or is of
    /// another system.
    cluster_session session(std::string_view token) const;

    /// A transaction on the primary, or for access_mode::read_only where reads go.
    transaction begin(const transaction_options& options = {},
                      std::source_location where = std::source_location::current());

    /// One more node. Errors: invalid_option for a name that is there.
    void add(const connection_config& host, node_options options = {});
    /// Gives false where there is no node of that name ("db2:5432"). Its connections close as they come back.
    bool remove(std::string_view name, duration timeout = std::chrono::seconds{10});

    std::vector<node_status> status() const;
    /// Calls that were run again on another node, so far.
    std::uint64_t reroutes() const;

    /// Refuses who comes and who waits, and closes every connection as it comes back. True: all have within `timeout`;
    /// else those in use were cut off.
    bool close(duration timeout);

    const detail::cluster_target& target() const noexcept { return target_; }

private:
    std::shared_ptr<detail::cluster_core> core_;
    detail::cluster_target target_;
    std::shared_ptr<clustering::discovery_watch> discovery_;  // null: none; it ends first
};

}  // namespace howdah::blocking
