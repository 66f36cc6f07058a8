#include "bench/floor/connection.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <bit>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace bench::floor {
namespace {

constexpr std::size_t header_size = 5;  // tag and length
constexpr std::uint32_t protocol_3_0 = 196608;

[[noreturn]] void give_up(const char* what) {
    std::perror(what);
    std::exit(failed);
}

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

std::uint32_t big_endian_32(const char* p) noexcept {
    std::uint32_t v = 0;
    std::memcpy(&v, p, sizeof v);
    return ntohl(v);
}

double big_endian_float8(const char* p) noexcept {
    std::uint64_t v = 0;
    std::memcpy(&v, p, sizeof v);
    return std::bit_cast<double>(be64toh(v));
}

std::string four_bytes(std::uint32_t value) {
    std::string out(4, '\0');
    value = htonl(value);
    std::memcpy(out.data(), &value, sizeof value);
    return out;
}

std::string message(char tag, std::string_view body) {
    return tag + four_bytes(static_cast<std::uint32_t>(body.size() + 4)) + std::string{body};
}

std::string parse(std::string_view name, std::string_view sql) {
    std::string body{name};
    return message('P', body.append(1, '\0').append(sql).append(3, '\0'));
}
std::string bind() { return message('B', {"\0\0\0\0\0\0\0\1\0\1", 10}); }
std::string execute() { return message('E', {"\0\0\0\0\0", 5}); }
std::string sync() { return message('S', {}); }

connection::connection(const arguments& to) : socket_{to.is_unix_socket() ? unix_socket(to) : tcp_socket(to)} {
    std::string body = four_bytes(protocol_3_0);
    for (const std::string_view word :
         {std::string_view{"user"}, std::string_view{to.user}, std::string_view{"database"},
          std::string_view{to.database}, std::string_view{}})
        body.append(word).append(1, '\0');
    send(four_bytes(static_cast<std::uint32_t>(body.size() + 4)) + body);
    for (auto m = next(); m.tag != 'Z'; m = next()) {
        if (m.tag != 'R' || big_endian_32(m.body) == 0) continue;
        std::fputs("the floor has no password: let it in by trust\n", stderr);
        std::exit(failed);
    }
}

connection::~connection() { ::close(socket_); }

void connection::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto n = ::write(socket_, bytes.data(), bytes.size());
        if (n <= 0) give_up("write");
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
}

std::size_t connection::receive(std::span<char> room) {
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
    const auto network = htonl(static_cast<std::uint32_t>(id));
    std::memcpy(&bytes_[value_at], &network, sizeof network);
    return bytes_;
}

}  // namespace bench::floor
