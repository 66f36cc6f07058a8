#include "howdah/sim/reception/server_tls.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "howdah/net/certificate.hpp"
#include "howdah/net/openssl.hpp"
#include "howdah/net/tls_context.hpp"

namespace howdah::sim {
namespace {

error unusable_file(const std::string& what, const std::string& file) {
    return {errc::invalid_option,
            what + " \"" + file + "\" can't be used: " + net::openssl_reason(net::take_openssl_error())};
}

// As PostgreSQL's server has it, for keys that are its own user's.
void refuse_open_key(const std::string& file) {
    struct stat status{};
    if (stat(file.c_str(), &status) == 0 && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        throw error{errc::insecure_file, "private key file \"" + file + "\" can be used by others: chmod 0600 it"};
}

int choose_protocol(SSL* /*ssl*/, const unsigned char** out, unsigned char* out_size, const unsigned char* in,
                    unsigned in_size, void* /*unused*/) noexcept {
    for (unsigned at = 0; at < in_size && in[at] < in_size - at; at += 1u + in[at]) {
        const std::string_view name{reinterpret_cast<const char*>(in + at + 1), in[at]};
        if (name != net::alpn_name) continue;
        *out = in + at + 1;
        *out_size = in[at];
        return SSL_TLSEXT_ERR_OK;
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

}  // namespace

server_tls_context::server_tls_context(const std::string& certificate_file, const std::string& key_file)
    : context_{nullptr} {
    refuse_open_key(key_file);
    ERR_clear_error();
    net::ssl_context_ptr made{net::made(SSL_CTX_new(TLS_server_method()))};
    SSL_CTX_set_min_proto_version(made.get(), TLS1_2_VERSION);
    SSL_CTX_set_options(made.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET);
    SSL_CTX_set_session_cache_mode(made.get(), SSL_SESS_CACHE_OFF);
    SSL_CTX_set_alpn_select_cb(made.get(), choose_protocol, nullptr);
    if (SSL_CTX_use_certificate_chain_file(made.get(), certificate_file.c_str()) != 1)
        throw error{unusable_file("certificate file", certificate_file)};
    if (SSL_CTX_use_PrivateKey_file(made.get(), key_file.c_str(), SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(made.get()) != 1)
        throw error{unusable_file("private key file", key_file)};
    certificate_hash_ = net::end_point_hash(*SSL_CTX_get0_certificate(made.get())).value_or(bytes{});
    context_ = made.release();
}

server_tls_context::~server_tls_context() { SSL_CTX_free(context_); }

server_tls::server_tls() noexcept = default;

server_tls::server_tls(server_tls&& other) noexcept { *this = std::move(other); }

server_tls& server_tls::operator=(server_tls&& other) noexcept {
    if (this == &other) return *this;
    SSL_free(ssl_);
    context_ = std::move(other.context_);
    ssl_ = std::exchange(other.ssl_, nullptr);
    in_ = std::exchange(other.in_, nullptr);
    out_ = std::exchange(other.out_, nullptr);
    outgoing_ = std::move(other.outgoing_);
    sent_ = std::exchange(other.sent_, 0);
    failed_ = other.failed_;
    return *this;
}

server_tls::~server_tls() { SSL_free(ssl_); }

void server_tls::accept(std::shared_ptr<const server_tls_context> context) {
    context_ = std::move(context);
    ssl_ = net::made(SSL_new(context_->native()));
    in_ = net::made(BIO_new(BIO_s_mem()));
    out_ = net::made(BIO_new(BIO_s_mem()));
    // An empty queue is a wait, never an end.
    BIO_set_mem_eof_return(in_, -1);
    BIO_set_mem_eof_return(out_, -1);
    SSL_set_bio(ssl_, in_, out_);
    SSL_set_accept_state(ssl_);
}

void server_tls::feed(bytes_view ciphertext) {
    if (ciphertext.empty()) return;
    if (BIO_write(in_, ciphertext.data(), static_cast<int>(ciphertext.size())) <= 0) failed_ = true;
}

server_tls::progress server_tls::handshake() {
    if (failed_) return progress::failed;
    ERR_clear_error();
    const int result = SSL_do_handshake(ssl_);
    if (result == 1) return progress::done;
    if (SSL_get_error(ssl_, result) == SSL_ERROR_WANT_READ) return progress::need_input;
    failed_ = true;
    return progress::failed;
}

std::optional<std::size_t> server_tls::decrypt(std::span<std::byte> into) {
    std::size_t total = 0;
    while (total < into.size() && !failed_) {
        std::size_t got = 0;
        ERR_clear_error();
        const int result = SSL_read_ex(ssl_, into.data() + total, into.size() - total, &got);
        total += got;
        if (result == 1) continue;
        if (SSL_get_error(ssl_, result) == SSL_ERROR_WANT_READ) break;
        failed_ = true;
    }
    if (total == 0 && failed_) return std::nullopt;
    return total;
}

bool server_tls::encrypt(bytes_view plain) {
    if (failed_) return false;
    if (plain.empty()) return true;
    ERR_clear_error();
    std::size_t taken = 0;
    if (SSL_write_ex(ssl_, plain.data(), plain.size(), &taken) != 1) failed_ = true;
    return !failed_;
}

void server_tls::shut_down() noexcept {
    if (ssl_ == nullptr || failed_ || SSL_is_init_finished(ssl_) == 0) return;
    ERR_clear_error();
    SSL_shutdown(ssl_);
    ERR_clear_error();
}

void server_tls::drain() {
    const auto waiting = BIO_ctrl_pending(out_);
    if (waiting == 0) return;
    const auto at = outgoing_.size();
    outgoing_.resize(at + waiting);
    const int n = BIO_read(out_, outgoing_.data() + at, static_cast<int>(waiting));
    outgoing_.resize(at + static_cast<std::size_t>(std::max(n, 0)));
}

bytes_view server_tls::outgoing() {
    if (ssl_ != nullptr) drain();
    return bytes_view{outgoing_}.subspan(sent_);
}

void server_tls::sent(std::size_t n) noexcept {
    sent_ += n;
    if (sent_ != outgoing_.size()) return;
    outgoing_.clear();
    sent_ = 0;
}

}  // namespace howdah::sim
