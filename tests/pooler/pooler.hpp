#pragma once
// Both drivers through a PgBouncer of the test's own, in front of the run's server.

#include <array>
#include <functional>
#include <ostream>
#include <thread>
#include <vector>

#include "howdah/testing/pgbouncer.hpp"
#include "tests/integration/driver.hpp"

namespace howdah::test {

using testing::pgbouncer;
using testing::pool_mode;

inline std::string dsn_of(const pgbouncer& pooler, std::string_view keywords = {}) {
    return pooler.dsn() + (keywords.empty() ? "" : "&" + std::string{keywords});
}

/// One way of pooling, and one in which statements travel that suits a pooler.
struct way {
    enum pool_mode pooled;
    std::string_view statement_mode;

    bool takes_parameters() const { return statement_mode == "unnamed"; }
    bool takes_transactions() const { return pooled != pool_mode::statement; }
    std::string keywords() const { return "statement_mode=" + std::string{statement_mode}; }
    friend std::ostream& operator<<(std::ostream& out, const way& w) {
        constexpr std::array names{"session", "transaction", "statement"};
        return out << "pool_mode=" << names[static_cast<std::size_t>(w.pooled)]
                   << " statement_mode=" << w.statement_mode;
    }
};

inline constexpr std::array ways{way{pool_mode::session, "unnamed"},     way{pool_mode::session, "simple"},
                                 way{pool_mode::transaction, "unnamed"}, way{pool_mode::transaction, "simple"},
                                 way{pool_mode::statement, "unnamed"},   way{pool_mode::statement, "simple"}};

/// A client of many: a connection of its own, and its number.
template <class Connection>
struct client {
    Connection& db;
    int number;
};

/// Runs `body` for that many clients at once, on threads; gives what they threw, which is to be nothing.
template <class Body>
std::vector<std::string> run_clients(blocking_driver&, const std::string& conninfo, int clients, Body body) {
    std::vector<std::string> failures(static_cast<std::size_t>(clients));
    {
        std::vector<std::jthread> threads;
        threads.reserve(failures.size());
        for (int i = 0; i < clients; ++i)
            threads.emplace_back([&conninfo, &body, &failure = failures[static_cast<std::size_t>(i)], i] {
                try {
                    blocking::connection db{parse_conninfo(conninfo)};
                    body(client<blocking::connection>{db, i});
                } catch (const std::exception& e) {
                    failure = e.what();
                }
            });
    }
    std::erase(failures, "");
    return failures;
}

/// The same, as coroutines of one thread. The body returns an awaitable.
template <class Body>
std::vector<std::string> run_clients(async_driver& driver, const std::string& conninfo, int clients, Body body) {
    std::vector<std::string> failures;
    int running = clients;
    const auto one = [&](int i) -> awaitable<void> {
        try {
            auto db = co_await connect(conninfo);
            const client<connection> c{db, i};
            co_await body(c);
        } catch (const std::exception& e) {
            failures.emplace_back(e.what());
        }
        --running;
    };
    for (int i = 0; i < clients; ++i) boost::asio::co_spawn(*driver.io, one(i), [](std::exception_ptr) {});
    driver.io->restart();
    while (running != 0 && driver.io->run_one() != 0) {}
    return failures;
}

/// Connections to the server that a PgBouncer has open now.
inline std::size_t server_connections(const pgbouncer& pooler) {
    const auto lines = pooler.execute_command("show servers");
    return static_cast<std::size_t>(std::ranges::count(lines, '\n')) + (lines.empty() ? 0 : 1);
}

}  // namespace howdah::test
