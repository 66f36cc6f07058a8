#pragma once
// TLS by OpenSSL straight on the socket; the certificate is not looked at.

#include <openssl/ssl.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace bench::floor {

class tls {
public:
    /// The handshake, on a socket whose server waits for it.
    explicit tls(int socket);

    std::size_t read(std::span<char> room);
    void write(std::string_view bytes);

private:
    struct release {
        void operator()(SSL_CTX* c) const noexcept { SSL_CTX_free(c); }
        void operator()(SSL* s) const noexcept { SSL_free(s); }
    };
    std::unique_ptr<SSL_CTX, release> context_{SSL_CTX_new(TLS_client_method())};
    std::unique_ptr<SSL, release> session_{SSL_new(context_.get())};
};

}  // namespace bench::floor
