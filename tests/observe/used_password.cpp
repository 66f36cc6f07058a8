// A program that is told a connection string with a password, uses it, and then has no use for it any more.
// core_dump_test.cpp runs it, and reads its memory as a core dump would have it: while it says "connected", and while it
// says "done". It goes on at each line of its input.
//
// Usage: used_password blocking|async, with the connection string as the first line of its input

#include <unistd.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <iostream>
#include <optional>
#include <string_view>

#include "howdah/async/connection.hpp"
#include "howdah/blocking/connection.hpp"
#include "howdah/config/conninfo.hpp"

namespace howdah::test {
namespace {

// Without a buffer of anybody's: this one is wiped.
class line_of_input {
public:
    line_of_input() {
        while (size_ < text_.size() && ::read(STDIN_FILENO, &text_[size_], 1) == 1 && text_[size_] != '\n') ++size_;
    }
    line_of_input(const line_of_input&) = delete;
    line_of_input& operator=(const line_of_input&) = delete;
    ~line_of_input() { wipe(text_.data(), text_.size()); }
    std::string_view text() const noexcept { return {text_.data(), size_}; }

private:
    std::array<char, 4096> text_{};
    std::size_t size_ = 0;
};

void say_and_wait(const char* what) {
    std::cout << what << std::endl;
    const line_of_input go_on;
}

connection_config config_from_input() {
    const line_of_input dsn;
    return parse_conninfo(dsn.text());
}

void refuse_a_database(connection_config config) {
    config.database = "no such database";
    try {
        const blocking::connection none{config};
    } catch (const error& e) {
        std::cout << e.what() << std::endl;
    }
}

void use_blocking() {
    const auto config = config_from_input();
    blocking::connection db{config};
    std::cout << db.fetch_one<std::string>("select current_user::text") << std::endl;
    refuse_a_database(config);
    db.reconnect();
    say_and_wait("connected");
}

awaitable<void> use_async() {
    const auto config = config_from_input();
    auto db = co_await connect(config);
    std::cout << co_await db.fetch_one<std::string>("select current_user::text") << std::endl;
    say_and_wait("connected");
}

void run_async() {
    boost::asio::io_context io{1};
    std::exception_ptr failure;
    boost::asio::co_spawn(io, use_async(), [&](const std::exception_ptr& e) { failure = e; });
    io.run();
    if (failure) std::rethrow_exception(failure);
}

}  // namespace
}  // namespace howdah::test

int main(int argc, char** argv) {
    try {
        if (argc == 2 && std::string_view{argv[1]} == "async") howdah::test::run_async();
        else howdah::test::use_blocking();
        howdah::test::say_and_wait("done");
        return 0;
    } catch (const std::exception& e) {
        std::cerr << e.what() << '\n';
        return 1;
    }
}
