#include "bench/floor/connection.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "bench/floor/scram.hpp"

namespace bench::floor {
namespace {

constexpr std::uint32_t protocol_3_0 = 196608, ssl_request = 80877103;
// What an Authentication message asks for.
constexpr std::uint32_t authenticated = 0, sasl = 10, sasl_continue = 11, sasl_final = 12;

int unix_socket(const arguments& to) {
    const int s = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::snprintf(address.sun_path, sizeof address.sun_path, "%s/.s.PGSQL.%s", to.host.c_str(), to.port.c_str());
    if (::connect(s, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) give_up(address.sun_path);
    return s;
}

int tcp_socket(const arguments& to) {
    const int s = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(to.port)));
    inet_pton(AF_INET, to.host.c_str(), &address.sin_addr);
    if (::connect(s, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) give_up(to.host.c_str());
    const int on = 1;
    ::setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return s;
}

}  // namespace

[[noreturn]] void give_up(const char* what) {
    std::perror(what);
    std::exit(failed);
}

connection::connection(const arguments& to, salted_password* kept)
    : socket_{to.is_unix_socket() ? unix_socket(to) : tcp_socket(to)} {
    if (to.tls) {
        send(four_bytes(8) + four_bytes(ssl_request));
        char answer = 0;
        if (receive({&answer, 1}) != 1 || answer != 'S') give_up("the server has no TLS");
        tls_.emplace(socket_);
    }
    std::string body = four_bytes(protocol_3_0);
    for (const std::string_view word :
         {std::string_view{"user"}, std::string_view{to.user}, std::string_view{"database"},
          std::string_view{to.database}, std::string_view{}})
        body.append(word).append(1, '\0');
    send(four_bytes(static_cast<std::uint32_t>(body.size() + 4)) + body);
    salted_password of_this_login;
    const scram login;
    for (auto m = next(); m.tag != 'Z'; m = next()) {
        if (m.tag != 'R') continue;
        switch (big_endian_32(m.body)) {
            case authenticated:
            case sasl_final: break;
            case sasl: {
                const auto first = login.first();
                send(message('p', std::string{"SCRAM-SHA-256"} + '\0' +
                                      four_bytes(static_cast<std::uint32_t>(first.size())) + first));
                break;
            }
            case sasl_continue:
                send(message(
                    'p', login.final({m.body + 4, m.size - 4}, to.password, kept == nullptr ? of_this_login : *kept)));
                break;
            default:
                std::fputs("the floor knows SCRAM, and no other way to show a password\n", stderr);
                std::exit(failed);
        }
    }
}

connection::~connection() { ::close(socket_); }

void connection::send(std::string_view bytes) {
    if (tls_) return tls_->write(bytes);
    while (!bytes.empty()) {
        const auto n = ::write(socket_, bytes.data(), bytes.size());
        if (n <= 0) give_up("write");
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
}

std::size_t connection::receive(std::span<char> room) {
    if (tls_) return tls_->read(room);
    const auto n = ::read(socket_, room.data(), room.size());
    if (n <= 0) give_up("read");
    return static_cast<std::size_t>(n);
}

void connection::fill() {
    if (begin_ == end_) {
        begin_ = end_ = 0;
    } else if (end_ == buffer_.size()) {
        std::memmove(buffer_.data(), &buffer_[begin_], end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }
    end_ += receive(std::span{buffer_}.subspan(end_));
}

bool connection::has_message() const noexcept {
    const auto have = end_ - begin_;
    return have >= header_size && have >= big_endian_32(&buffer_[begin_ + 1]) + std::size_t{1};
}

frame connection::next() {
    while (!has_message()) fill();
    const std::size_t length = big_endian_32(&buffer_[begin_ + 1]);
    const frame m{.tag = buffer_[begin_], .body = &buffer_[begin_ + header_size], .size = length - 4};
    begin_ += length + 1;
    if (m.tag == 'E') {
        std::fprintf(stderr, "the server sent an error: %.*s\n", static_cast<int>(m.size), m.body);
        std::exit(failed);
    }
    return m;
}

std::string_view point_query::with(std::int32_t id) {
    constexpr std::size_t value_at = header_size + 13;
    put(&bytes_[value_at], static_cast<std::uint32_t>(id));
    return bytes_;
}

double sum_of_tin(connection& c) {
    double sum = 0;
    c.query(bench::sum_of_tin, [&](point_row r) { sum = big_endian_float8(r.body + 6); });
    return sum;
}

}  // namespace bench::floor
