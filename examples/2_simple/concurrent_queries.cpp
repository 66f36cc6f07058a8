// Coroutines share one connection: their statements are pipelined, and nobody waits for another's answer. Only a
// transaction has the connection to itself.

#include <howdah/howdah.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <iostream>
#include <string>

howdah::awaitable<void> ask(std::string conninfo) {
    using namespace boost::asio::experimental::awaitable_operators;
    auto db = co_await howdah::connect(conninfo);

    const auto [one, two, three] =
        co_await (db.fetch_one<int>("select 1 from pg_sleep($1)", 0.01) && db.fetch_one<int>("select $1::int", 2) &&
                  db.fetch_one<std::string>("select upper($1)", "three"));
    std::cout << one << ' ' << two << ' ' << three << '\n';
}

int main(int argc, char** argv) {
    boost::asio::io_context io{1};
    boost::asio::co_spawn(io, ask(argc > 1 ? argv[1] : ""), [](const std::exception_ptr& failure) {
        if (failure) std::rethrow_exception(failure);
    });
    io.run();
}
