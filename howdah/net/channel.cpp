#include "howdah/net/channel.hpp"

#include <openssl/err.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

#include "howdah/net/byte_queue.hpp"
#include "howdah/net/certificate_check.hpp"
#include "howdah/net/openssl.hpp"
#include "howdah/net/tls_failure.hpp"

namespace howdah::net {
namespace {

verification wanted_by(const tls_context& context) noexcept {
    if (context.mode() == ssl_mode::verify_full) return verification::chain_and_name;
    return context.verifies_chain() ? verification::chain : verification::none;
}

}  // namespace

struct channel::tls_state {
    tls_state(std::shared_ptr<const tls_context> shared, const endpoint& server);

    tls_stage stage() const noexcept { return established ? tls_stage::established : tls_stage::handshake; }
    void fail(error why);
    std::error_code step_failed(int result);
    std::optional<error> objection() const;

    static int read(BIO* bio, char* into, std::size_t size, std::size_t* got) noexcept;
    static int write(BIO* bio, const char* from, std::size_t size, std::size_t* taken) noexcept;
    static long control(BIO* bio, int command, long argument, void* more) noexcept;
    static int certificate_requested(SSL* ssl, void* self) noexcept;
    static const BIO_METHOD* queues();

    std::shared_ptr<const tls_context> context;
    std::string host;  // as messages show it
    certificate_check check;
    byte_queue in, out;  // ciphertext
    client_certificate client = client_certificate::not_requested;
    bool established = false;
    bool input_ended = false;
    std::optional<error> failure;
    ssl_ptr ssl;
};

channel::tls_state::tls_state(std::shared_ptr<const tls_context> shared, const endpoint& server)
    : context{std::move(shared)},
      host{server.to_string()},
      check{wanted_by(*context), server.host.empty() ? server.hostaddr : server.host, context->roots()},
      ssl{made(SSL_new(context->native()))} {
    BIO* bio = made(BIO_new(queues()));
    BIO_set_data(bio, this);
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl.get(), bio, bio);
    SSL_set_app_data(ssl.get(), &check);
    SSL_set_cert_cb(ssl.get(), certificate_requested, this);
    SSL_set_connect_state(ssl.get());
    if (context->indicates_server_name() && is_indicable(server.host) &&
        SSL_set_tlsext_host_name(ssl.get(), server.host.c_str()) != 1)
        throw error{errc::invalid_option, "host \"" + server.host + "\" can't be sent as the server's name: " +
                                              openssl_reason(take_openssl_error()) + "; sslsni=0 leaves it out"};
}

// OpenSSL's source and sink: the two queues, without a copy between. An empty queue is a wait, never an end.
int channel::tls_state::read(BIO* bio, char* into, std::size_t size, std::size_t* got) noexcept {
    auto& queue = static_cast<tls_state*>(BIO_get_data(bio))->in;
    BIO_clear_retry_flags(bio);
    const auto waiting = queue.view();
    *got = std::min(size, waiting.size());
    if (*got == 0) {
        BIO_set_retry_read(bio);
        return 0;
    }
    std::memcpy(into, waiting.data(), *got);
    queue.take(*got);
    return 1;
}

int channel::tls_state::write(BIO* bio, const char* from, std::size_t size, std::size_t* taken) noexcept {
    BIO_clear_retry_flags(bio);
    try {
        static_cast<tls_state*>(BIO_get_data(bio))->out.append(as_bytes({from, size}));
    } catch (const std::bad_alloc&) {
        ERR_raise(ERR_LIB_BIO, ERR_R_MALLOC_FAILURE);
        return 0;
    }
    *taken = size;
    return 1;
}

long channel::tls_state::control(BIO* /*bio*/, int command, long /*argument*/, void* /*more*/) noexcept {
    return command == BIO_CTRL_FLUSH ? 1 : 0;
}

const BIO_METHOD* channel::tls_state::queues() {
    static const BIO_METHOD* const method = [] {
        BIO_METHOD* m = made(BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "howdah queues"));
        BIO_meth_set_read_ex(m, read);
        BIO_meth_set_write_ex(m, write);
        BIO_meth_set_ctrl(m, control);
        return m;
    }();
    return method;
}

int channel::tls_state::certificate_requested(SSL* ssl, void* self) noexcept {
    static_cast<tls_state*>(self)->client =
        SSL_get_certificate(ssl) == nullptr ? client_certificate::not_sent : client_certificate::sent;
    return 1;
}

void channel::tls_state::fail(error why) {
    why.from_host(host);
    failure = std::move(why);
}

// What stopped OpenSSL; no error when it only wants more input.
std::error_code channel::tls_state::step_failed(int result) {
    const int state = SSL_get_error(ssl.get(), result);
    if (state == SSL_ERROR_WANT_READ && !input_ended) return {};
    if (state == SSL_ERROR_WANT_READ) fail(tls_truncated(stage(), *context));
    else if (state == SSL_ERROR_ZERO_RETURN) fail(tls_closed());
    else if (check.rejected()) fail(check.rejection());
    else fail(tls_failure(take_openssl_error(), stage(), *context));
    return failure->code();
}

// What a finished handshake lacks.
std::optional<error> channel::tls_state::objection() const {
    const auto refuse = [](errc code, const char* words) { return error{code, words}.at(phase::tls); };
    const certificate_ptr servers{SSL_get1_peer_certificate(ssl.get())};
    if (!servers) return refuse(errc::tls_failed, "the server showed no certificate");
    if (check.wanted() != verification::none && !check.passed())
        return refuse(errc::certificate_rejected, "the server's certificate was not verified");
    if (context->certificate_mode() == ssl_cert_mode::require && client == client_certificate::not_requested)
        return refuse(errc::tls_failed, "sslcertmode=require, but the server did not ask for a client certificate: see "
                                        "clientcert in its pg_hba.conf and its ssl_ca_file");

    const unsigned char* protocol = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(ssl.get(), &protocol, &size);
    const std::string_view chosen{reinterpret_cast<const char*>(protocol), size};
    if (chosen.empty() && context->negotiation() == ssl_negotiation::direct)
        return refuse(errc::tls_failed,
                      "sslnegotiation=direct, but the server did not agree on the protocol (ALPN); it "
                      "needs PostgreSQL 17 or newer");
    if (!chosen.empty() && chosen != alpn_name)
        return refuse(errc::tls_failed, "the server chose another protocol than PostgreSQL's (ALPN)");
    return std::nullopt;
}

channel::channel() noexcept = default;
channel::channel(channel&&) noexcept = default;
channel& channel::operator=(channel&&) noexcept = default;
channel::~channel() = default;

void channel::start_tls(std::shared_ptr<const tls_context> context, const endpoint& server) {
    if (context->mode() == ssl_mode::verify_full && server.host.empty())
        throw error{errc::invalid_option, "sslmode=verify-full needs the server's name: set host beside hostaddr"};
    tls_ = std::make_unique<tls_state>(std::move(context), server);
}

channel::progress channel::handshake() {
    auto& tls = *tls_;
    if (tls.failure) return progress::failed;
    if (tls.established) return progress::done;
    ERR_clear_error();
    const int result = SSL_do_handshake(tls.ssl.get());
    if (result != 1) return tls.step_failed(result) ? progress::failed : progress::need_input;
    if (auto refused = tls.objection()) {
        tls.fail(*std::move(refused));
        return progress::failed;
    }
    tls.established = true;
    return progress::done;
}

std::span<std::byte> channel::ciphertext_space(std::size_t n) { return tls_->in.space(n); }
void channel::commit(std::size_t n) noexcept { tls_->in.commit(n); }
void channel::feed(bytes_view ciphertext) { tls_->in.append(ciphertext); }
void channel::end_of_input() noexcept { tls_->input_ended = true; }

std::size_t channel::decrypt(std::span<std::byte> into, std::error_code& failed) {
    auto& tls = *tls_;
    failed.clear();
    std::size_t total = 0;
    // SSL_read gives one record at most, and the queue may hold many.
    while (total < into.size() && !tls.failure) {
        std::size_t got = 0;
        ERR_clear_error();
        const int result = SSL_read_ex(tls.ssl.get(), into.data() + total, into.size() - total, &got);
        total += got;
        if (result != 1 && !tls.step_failed(result)) break;
    }
    if (total == 0 && tls.failure) failed = tls.failure->code();
    return total;
}

std::error_code channel::encrypt(bytes_view plain) {
    auto& tls = *tls_;
    if (tls.failure) return tls.failure->code();
    if (plain.empty()) return {};
    ERR_clear_error();
    std::size_t taken = 0;
    const int result = SSL_write_ex(tls.ssl.get(), plain.data(), plain.size(), &taken);
    if (result == 1) return {};
    if (const auto failed = tls.step_failed(result)) return failed;
    // Only an unfinished handshake makes a write want input.
    tls.fail(tls_failure(0, tls.stage(), *tls.context));
    return tls.failure->code();
}

void channel::shut_down() noexcept {
    // Before the handshake's end and after a failure OpenSSL has nothing to close.
    if (!tls_->established || SSL_get_shutdown(tls_->ssl.get()) & SSL_SENT_SHUTDOWN) return;
    if (tls_->failure && tls_->failure->code() != errc::connection_closed) return;
    ERR_clear_error();
    SSL_shutdown(tls_->ssl.get());
    ERR_clear_error();
}

bytes_view channel::outgoing() const noexcept { return tls_ ? tls_->out.view() : bytes_view{}; }
void channel::sent(std::size_t n) noexcept { tls_->out.take(n); }

error channel::failure() const { return tls_->failure.value(); }

tls_info channel::info() const {
    const SSL* ssl = tls_->ssl.get();
    tls_info out;
    out.version = SSL_get_version(ssl);
    out.cipher = SSL_get_cipher_name(ssl);
    out.bits = SSL_get_cipher_bits(ssl, nullptr);
    const unsigned char* protocol = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(ssl, &protocol, &size);
    out.alpn.assign(reinterpret_cast<const char*>(protocol), size);
    const STACK_OF(X509)* chain = SSL_get_peer_cert_chain(ssl);
    for (int i = 0; i < sk_X509_num(chain); ++i) out.chain.push_back(describe(*sk_X509_value(chain, i)));
    const X509* own = tls_->client == client_certificate::sent ? SSL_get_certificate(ssl) : nullptr;
    if (own != nullptr) out.own = describe(*own);
    out.verified = tls_->check.wanted();
    out.client_certificate = tls_->client;
    return out;
}

std::optional<bytes> channel::certificate_hash() const {
    const certificate_ptr servers{SSL_get1_peer_certificate(tls_->ssl.get())};
    return servers ? end_point_hash(*servers) : std::nullopt;
}

}  // namespace howdah::net
