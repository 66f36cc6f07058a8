#include "bench/floor/tls.hpp"

#include "bench/floor/connection.hpp"

namespace bench::floor {

tls::tls(int socket) {
    if (SSL_set_fd(session_.get(), socket) != 1 || SSL_connect(session_.get()) != 1) give_up("SSL_connect");
}

std::size_t tls::read(std::span<char> room) {
    std::size_t n = 0;
    if (SSL_read_ex(session_.get(), room.data(), room.size(), &n) != 1) give_up("SSL_read");
    return n;
}

void tls::write(std::string_view bytes) {
    std::size_t n = 0;
    if (SSL_write_ex(session_.get(), bytes.data(), bytes.size(), &n) != 1) give_up("SSL_write");
}

}  // namespace bench::floor
