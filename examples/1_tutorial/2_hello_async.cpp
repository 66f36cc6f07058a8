// The same with a coroutine: every verb has the same name and arguments, and is awaited.

#include <howdah/howdah.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <iostream>
#include <string>
#include <tuple>

howdah::awaitable<void> hello(std::string conninfo) {
    auto db = co_await howdah::connect(conninfo);

    const auto sum = co_await db.fetch_one<int>("select $1::int + $2::int", 40, 2);
    const auto [user, database] = co_await db.fetch_one<std::tuple<std::string, std::string>>(
        "select current_user::text, current_database()::text");

    std::cout << "Hello, " << user << ". This is database " << database << " of PostgreSQL "
              << db.server_parameter("server_version") << ". 40 + 2 = " << sum << ".\n";
}

int main(int argc, char** argv) {
    boost::asio::io_context io{1};
    boost::asio::co_spawn(io, hello(argc > 1 ? argv[1] : ""), [](const std::exception_ptr& failure) {
        if (failure) std::rethrow_exception(failure);
    });
    io.run();
}
