// Usage: http_service CONNINFO [PORT [PASSFILE]]
// With a passfile its password may change at any time: write it there, then tell the server, or the other way round.

#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>

#include "examples/service/http_service.hpp"

int main(int argc, char** argv) {
    try {
        auto database = howdah::parse_conninfo(argc > 1 ? argv[1] : "");
        if (argc > 3) database.credentials = std::make_shared<howdah::passfile_credentials>(argv[3]);
        constexpr int usual_port = 8080;
        const int port = argc > 2 ? std::atoi(argv[2]) : usual_port;
        service::http_service all{database, {.port = static_cast<std::uint16_t>(port)}};
        std::cout << "http://127.0.0.1:" << all.port() << "/accounts/1\n" << std::flush;

        boost::asio::io_context io;
        boost::asio::signal_set wanted{io, SIGINT, SIGTERM};
        wanted.async_wait([](const boost::system::error_code&, int) {});
        io.run();
    } catch (const std::exception& e) {
        std::cerr << "http_service: " << e.what() << '\n';
        return 1;
    }
}
