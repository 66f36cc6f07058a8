// A pool: many callers on few connections, each verb on whichever is free.

#include <howdah/howdah.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <cstdint>
#include <exception>
#include <iostream>
#include <string>

namespace {

namespace asio = boost::asio;

howdah::awaitable<void> use(howdah::pool& db, int& callers_left) {
    co_await db.execute("select pg_sleep(0.005)");
    if (--callers_left != 0) co_return;

    std::cout << "20 callers, at most " << db.status().size << " connections\n";

    // Several calls on one connection: a temporary table is the connection's.
    {
        auto c = co_await db.acquire();
        co_await c->execute("create temp table account (balance int)");
        co_await c->execute("insert into account values (100)");
        co_await c->in_transaction([](howdah::transaction& tx) -> howdah::awaitable<void> {
            co_await tx.execute("update account set balance = balance - $1", 30);
        });
        std::cout << "the balance is " << co_await c->fetch_one<int>("select balance from account") << '\n';
    }
    std::cout << "in use: " << db.status().in_use << '\n';
    co_await db.close();
}

}  // namespace

int main(int argc, char** argv) {
    asio::io_context io{1};
    howdah::pool db{io.get_executor(), howdah::parse_conninfo(argc > 1 ? argv[1] : ""), {.max_connections = 4}};
    int callers = 20;
    for (int i = 0; i < 20; ++i)
        asio::co_spawn(io, use(db, callers), [](const std::exception_ptr& failure) {
            if (failure) std::rethrow_exception(failure);
        });
    io.run();
}
