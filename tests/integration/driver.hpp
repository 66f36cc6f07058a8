#pragma once
// Both drivers behind one face, so that one suite runs against either: call(x) gives what x gives when it is done.

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <memory>
#include <optional>
#include <string>

#include "howdah/howdah.hpp"
#include "howdah/testing/shared_server.hpp"

namespace howdah::test {

inline std::string dsn(testing::route r = testing::route::best) { return testing::shared_server().dsn_by(r); }

struct blocking_driver {
    using connection = blocking::connection;
    using transaction = blocking::transaction;

    connection connect(const std::string& conninfo, std::shared_ptr<observer> watcher = nullptr) {
        return connect(parse_conninfo(conninfo), std::move(watcher));
    }
    connection connect(const connection_config& config, std::shared_ptr<observer> watcher = nullptr) {
        return connection{config, watcher};
    }
    template <class T>
    T call(T answer) {
        return answer;
    }
    void commit(transaction& tx) { tx.commit(); }
    void roll_back(transaction& tx) { tx.rollback(); }
    void run(connection& db, pipeline& steps) { db.run(steps); }
};

struct async_driver {
    using connection = howdah::connection;
    using transaction = howdah::transaction;

    connection connect(const std::string& conninfo, std::shared_ptr<observer> watcher = nullptr) {
        return call(howdah::connect(conninfo, std::move(watcher)));
    }
    connection connect(const connection_config& config, std::shared_ptr<observer> watcher = nullptr) {
        return call(howdah::connect(config, std::move(watcher)));
    }
    template <class T>
    T call(awaitable<T> work) {
        if constexpr (std::is_void_v<T>) {
            finish(std::move(work));
        } else {
            std::optional<T> answer;
            finish(keep(std::move(work), answer));
            return std::move(*answer);
        }
    }
    void commit(transaction& tx) { call(tx.commit()); }
    void roll_back(transaction& tx) { call(tx.rollback()); }
    void run(connection& db, pipeline& steps) { call(db.run(steps)); }

    template <class T>
    static awaitable<void> keep(awaitable<T> work, std::optional<T>& answer) {
        answer.emplace(co_await std::move(work));
    }
    void finish(awaitable<void> work) {
        std::exception_ptr failure;
        bool done = false;
        boost::asio::co_spawn(*io, std::move(work), [&](std::exception_ptr e) {
            failure = e;
            done = true;
        });
        io->restart();
        while (!done && io->run_one() != 0) {}
        if (failure) std::rethrow_exception(failure);
    }

    std::unique_ptr<boost::asio::io_context> io = std::make_unique<boost::asio::io_context>(1);
};

template <class D>
class with_driver : public ::testing::Test {
protected:
    D driver;

    template <class A>
    auto call(A&& answer) {
        return driver.call(std::forward<A>(answer));
    }
    /// For what gives nothing: runs `f`, and what it gives to be awaited.
    template <class F>
    void finish(F&& f) {
        if constexpr (std::is_void_v<std::invoke_result_t<F&>>) f();
        else driver.call(f());
    }
    /// The error that `f` throws.
    template <class F>
    static error failure_of(F&& f) {
        try {
            (void)f();
        } catch (const error& e) {
            return e;
        }
        throw std::runtime_error{"no error was thrown"};
    }
};

/// With a connection to the run's server.
template <class D>
class on_both_drivers : public with_driver<D> {
protected:
    typename D::connection db = this->driver.connect(dsn());

    void expect_usable() { EXPECT_EQ(this->call(db.template fetch_one<int>("select 40 + $1::int", 2)), 42); }
};

using both_drivers = ::testing::Types<blocking_driver, async_driver>;

}  // namespace howdah::test
