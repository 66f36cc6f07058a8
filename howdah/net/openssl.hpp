#pragma once

#include <openssl/bio.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <new>
#include <string>

namespace howdah::net {

template <auto Free>
struct freed_by {
    template <class T>
    void operator()(T* object) const noexcept {
        Free(object);
    }
};

using bio_ptr = std::unique_ptr<BIO, freed_by<BIO_free_all>>;
using ssl_context_ptr = std::unique_ptr<SSL_CTX, freed_by<SSL_CTX_free>>;
using ssl_ptr = std::unique_ptr<SSL, freed_by<SSL_free>>;
using certificate_ptr = std::unique_ptr<X509, freed_by<X509_free>>;

/// Takes OpenSSL's oldest error of this thread and forgets the rest; 0 if there is none.
unsigned long take_openssl_error() noexcept;
/// Its reason in words: "certificate verify failed", "No such file or directory".
std::string openssl_reason(unsigned long code);

/// Throws std::bad_alloc for the null pointer that OpenSSL's constructors answer with.
template <class T>
T* made(T* object) {
    if (object == nullptr) throw std::bad_alloc{};
    return object;
}

}  // namespace howdah::net
