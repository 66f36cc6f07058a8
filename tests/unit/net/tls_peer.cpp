#include "tls_peer.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>

namespace howdah::net::test {
namespace {

void must(bool good) {
    if (!good) throw std::runtime_error{"OpenSSL: " + openssl_reason(take_openssl_error())};
}

int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* size, const unsigned char* offered,
                    unsigned offered_size, void* wanted_text) {
    const auto& wanted = *static_cast<const std::string*>(wanted_text);
    for (unsigned at = 0; at < offered_size; at += 1U + offered[at]) {
        if (std::string_view{reinterpret_cast<const char*>(offered + at + 1), offered[at]} != wanted) continue;
        *chosen = offered + at + 1;
        *size = offered[at];
        return SSL_TLSEXT_ERR_OK;
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

void trust(SSL_CTX* context, const server_options& options) {
    if (options.clients == nullptr) return;
    const std::string pem = options.clients->certificate_pem();
    const bio_ptr bio{made(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())))};
    const certificate_ptr root{made(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr))};
    must(X509_STORE_add_cert(SSL_CTX_get_cert_store(context), root.get()) == 1);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | (options.insists ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0), nullptr);
}

}  // namespace

tls_server::tls_server(const identity& self, const server_options& options)
    : context_{made(SSL_CTX_new(TLS_server_method()))}, alpn_{options.alpn} {
    must(SSL_CTX_use_certificate(context_.get(), self.certificate.get()) == 1);
    must(SSL_CTX_use_PrivateKey(context_.get(), self.key.get()) == 1);
    for (const auto& one : self.intermediates) must(SSL_CTX_add1_chain_cert(context_.get(), one.get()) == 1);
    must(SSL_CTX_set_min_proto_version(context_.get(), options.min_version) == 1);
    must(SSL_CTX_set_max_proto_version(context_.get(), options.max_version) == 1);
    if (!alpn_.empty()) SSL_CTX_set_alpn_select_cb(context_.get(), choose_protocol, &alpn_);
    SSL_CTX_set_session_id_context(context_.get(), reinterpret_cast<const unsigned char*>("howdah"), 6);
    trust(context_.get(), options);
    ssl_.reset(made(SSL_new(context_.get())));
    SSL_set_bio(ssl_.get(), made(BIO_new(BIO_s_mem())), made(BIO_new(BIO_s_mem())));
    SSL_set_accept_state(ssl_.get());
}

void tls_server::note(int result) {
    const int state = SSL_get_error(ssl_.get(), result);
    if (state == SSL_ERROR_SSL && failure_.empty()) failure_ = openssl_reason(take_openssl_error());
    ERR_clear_error();
}

void tls_server::take(bytes_view from_client) {
    must(from_client.empty() ||
         BIO_write(SSL_get_rbio(ssl_.get()), from_client.data(), static_cast<int>(from_client.size())) ==
             static_cast<int>(from_client.size()));
    std::array<char, 16384> plain{};
    std::size_t got = 0;
    ERR_clear_error();
    int result = 0;
    while ((result = SSL_read_ex(ssl_.get(), plain.data(), plain.size(), &got)) == 1)
        received.append(plain.data(), got);
    note(result);
}

std::string tls_server::give() {
    std::string out(BIO_ctrl_pending(SSL_get_wbio(ssl_.get())), '\0');
    if (!out.empty()) must(BIO_read(SSL_get_wbio(ssl_.get()), out.data(), static_cast<int>(out.size())) > 0);
    return out;
}

void tls_server::write(std::string_view plain) {
    std::size_t taken = 0;
    must(SSL_write_ex(ssl_.get(), plain.data(), plain.size(), &taken) == 1);
}

void tls_server::update_keys() {
    must(SSL_key_update(ssl_.get(), SSL_KEY_UPDATE_REQUESTED) == 1);
    must(SSL_do_handshake(ssl_.get()) == 1);
}

void tls_server::shut_down() {
    SSL_shutdown(ssl_.get());
    ERR_clear_error();
}

bool tls_server::established() const { return SSL_is_init_finished(ssl_.get()) == 1; }
bool tls_server::was_closed() const { return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0; }

std::string tls_server::server_name() const {
    const char* name = SSL_get_servername(ssl_.get(), TLSEXT_NAMETYPE_host_name);
    return name == nullptr ? std::string{} : name;
}

namespace {

void send_all(channel& client, tls_server& server, std::size_t chunk) {
    while (!client.outgoing().empty()) {
        const auto out = client.outgoing().first(std::min(chunk, client.outgoing().size()));
        server.take(out);
        client.sent(out.size());
    }
}

}  // namespace

void exchange(channel& client, tls_server& server, std::size_t chunk) {
    send_all(client, server, chunk);
    const std::string waiting = server.give();
    for (std::size_t at = 0; at < waiting.size(); at += chunk)
        client.feed(as_bytes(std::string_view{waiting}.substr(at, chunk)));
}

channel::progress shake_hands(channel& client, tls_server& server, std::shared_ptr<const tls_context> context,
                              const endpoint& host, std::size_t chunk) {
    client.start_tls(std::move(context), host);
    std::string waiting;
    for (std::size_t at = 0;;) {
        const auto progress = client.handshake();
        send_all(client, server, chunk);
        waiting += server.give();
        if (progress != channel::progress::need_input || at >= waiting.size()) {
            if (at < waiting.size()) client.feed(as_bytes(std::string_view{waiting}.substr(at)));
            return progress;
        }
        const auto next = std::string_view{waiting}.substr(at, chunk);
        client.feed(as_bytes(next));
        at += next.size();
    }
}

std::string drain(channel& client, std::error_code& failed, std::size_t room) {
    std::string out;
    const auto space = std::make_unique_for_overwrite<std::byte[]>(room);
    for (;;) {
        const auto got = client.decrypt({space.get(), room}, failed);
        out += as_text({space.get(), got});
        if (got < room) return out;
    }
}

}  // namespace howdah::net::test
