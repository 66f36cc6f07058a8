#pragma once

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include "howdah/net/socket.hpp"

namespace howdah::test {

/// A client of HTTP that says what it likes. What it waits for has a deadline.
class raw_client {
public:
    explicit raw_client(std::uint16_t port) : fd_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(port);
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0)
            throw std::runtime_error{"nobody listens"};
    }

    /// False: the other side does not listen any more.
    bool say(std::string_view text) {
        while (!text.empty()) {
            const auto sent = ::send(fd_.get(), text.data(), text.size(), MSG_NOSIGNAL);
            if (sent <= 0) return false;
            text.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }
    /// Until the other side has ended it.
    std::string hear_all() {
        return hear([](const std::string&) { return false; });
    }
    /// Until it has said this.
    std::string hear_until(std::string_view what) {
        return hear([&](const std::string& heard) { return heard.find(what) != std::string::npos; });
    }
    bool was_closed() { return hear_all().empty(); }

private:
    template <class F>
    std::string hear(F&& enough) {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{20};
        std::string out;
        std::array<char, 16'384> some;
        while (!enough(out)) {
            pollfd readable{.fd = fd_.get(), .events = POLLIN, .revents = 0};
            const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
            if (left.count() <= 0 || ::poll(&readable, 1, static_cast<int>(left.count())) <= 0)
                throw std::runtime_error{"no end in time, after: " + out};
            const auto got = ::recv(fd_.get(), some.data(), some.size(), 0);
            if (got <= 0) break;
            out.append(some.data(), static_cast<std::size_t>(got));
        }
        return out;
    }

    net::unique_fd fd_;
};

inline std::string get_request(std::string_view target, std::string_view more = {}) {
    return "GET " + std::string{target} + " HTTP/1.1\r\nHost: localhost\r\n" + std::string{more} + "\r\n";
}

/// The answer to one request, on a connection of its own.
inline std::string ask(std::uint16_t port, std::string_view target, std::string_view more = {}) {
    raw_client c{port};
    c.say(get_request(target, "Connection: close\r\n" + std::string{more}));
    return c.hear_all();
}

}  // namespace howdah::test
