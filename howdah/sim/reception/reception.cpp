#include "howdah/sim/reception/reception.hpp"

#include <openssl/rand.h>

#include <algorithm>
#include <string>

#include "howdah/wire/backend_writing.hpp"
#include "howdah/wire/startup.hpp"

namespace howdah::sim {
namespace {

using wire::authentication;

constexpr std::size_t read_size = std::size_t{16} << 10;
constexpr std::size_t longest_answer = 65'535;  // PostgreSQL's PG_MAX_AUTH_TOKEN_LENGTH
constexpr std::byte tls_record{0x16};           // a client that starts TLS without asking (sslnegotiation=direct)
constexpr std::uint32_t major_version = 3;

}  // namespace

reception::reception(const reception_options& options, wire::channel_kind peer)
    : options_{options}, peer_{peer}, messages_{wire::message_splitter::begins_with::startup_packet, longest_answer} {}

bytes_view reception::output() {
    if (tls_.encrypted() && written_ == output_.size()) return tls_.outgoing();
    return bytes_view{output_}.subspan(written_);
}

void reception::written(std::size_t n) {
    if (written_ == output_.size()) return tls_.sent(n);
    written_ += n;
    if (written_ != output_.size()) return;
    output_.clear();
    written_ = 0;
}

std::span<std::byte> reception::input_space() {
    input_.resize(read_size);
    return input_;
}

void reception::commit(std::size_t n) {
    const auto in = bytes_view{input_}.first(n);
    if (state_ != state::working || in.empty()) return;
    if (tls_.encrypted()) return take_ciphertext(in);
    if (step_ == step::startup && in[0] == tls_record && messages_.between_messages() && options_.tls) {
        begin_tls();
        return take_ciphertext(in);
    }
    take_plain(in);
}

void reception::take_ciphertext(bytes_view in) {
    tls_.feed(in);
    if (step_ == step::tls_handshake) {
        switch (tls_.handshake()) {
            case server_tls::progress::need_input: return;
            case server_tls::progress::failed: state_ = state::ended; return;
            case server_tls::progress::done: break;
        }
        step_ = step::startup;
        peer_ = wire::channel_kind::tls;
        messages_.expect_startup_packet();
    }
    bytes plain;
    for (;;) {
        const auto at = plain.size();
        plain.resize(at + read_size);
        const auto n = tls_.decrypt(std::span{plain}.subspan(at));
        plain.resize(at + n.value_or(0));
        if (!n && plain.empty()) state_ = state::ended;
        if (n.value_or(0) < read_size) break;
    }
    take_plain(plain);
    seal();
}

void reception::take_plain(bytes_view in) {
    messages_.feed(in);
    while (state_ == state::working && step_ != step::tls_handshake) {
        const auto m = messages_.next();
        if (!m) break;
        take(*m);
    }
    if (messages_.failure() && state_ == state::working) state_ = state::ended;  // it speaks something else
    if (state_ == state::admitted) append(rest_, messages_.rest());
}

// What was said before the answers of a client over TLS must be in plain text goes out as it is; the rest does not.
void reception::seal() {
    if (!tls_.encrypted() || output_.empty() || step_ == step::tls_handshake) return;
    (void)tls_.encrypt(output_);
    output_.clear();
    written_ = 0;
}

void reception::take(const wire::message_view& m) {
    if (m.passed_over) return refuse("08P01", "message too long before authentication");
    if (m.tag == 0) return take_startup(m.body);
    if (m.tag != wire::frontend_tag::password)
        return refuse("08P01", "expected password response, got message type " + std::to_string(m.tag));
    switch (step_) {
        case step::startup:
        case step::tls_handshake: return refuse("08P01", "expected a startup packet");
        case step::password: return take_password(m.body);
        case step::md5_answer: return take_md5_answer(m.body);
        case step::scram_first: return take_scram_first(m.body);
        case step::scram_final: return take_scram_final(m.body);
    }
}

void reception::take_startup(bytes_view body) {
    wire::startup_packet m;
    if (body.size() > wire::longest_startup_packet || parse(body, m)) {
        state_ = state::ended;  // it may be no PostgreSQL client at all
        return;
    }
    using enum wire::startup_packet::kind;
    switch (m.what) {
        case startup: return take_introduction(m);
        case cancel_request:
            cancel_ = {.process_id = m.cancel.process_id, .key = {}};
            append(cancel_.key, m.cancel.cancel_key);
            state_ = state::cancel;
            return;
        case gss_request: output_.push_back(std::byte{'N'}); return messages_.expect_startup_packet();
        case ssl_request:
            if (!options_.tls || tls_.encrypted()) {
                output_.push_back(std::byte{'N'});
                return messages_.expect_startup_packet();
            }
            // What comes with the request was not encrypted, and would be taken for what is (CVE-2021-23214).
            if (!messages_.rest().empty()) return refuse("08P01", "received unencrypted data after SSL request");
            output_.push_back(std::byte{'S'});
            return begin_tls();
    }
}

void reception::begin_tls() {
    tls_.accept(options_.tls);
    step_ = step::tls_handshake;
}

void reception::take_introduction(const wire::startup_packet& m) {
    if (m.protocol_version >> 16 != major_version)
        return refuse("0A000", "unsupported frontend protocol " + std::to_string(m.protocol_version >> 16) + "." +
                                   std::to_string(m.protocol_version & 0xffff) + ": server supports 3.0");
    wire::negotiate_protocol_version less{.newest = wire::protocol_3_0, .unknown_options = {}};
    for (const auto& [name, value] : m.parameters) {
        if (name.starts_with("_pq_.")) less.unknown_options.push_back(name);
        else if (name == "user") who_.user = value;
        else if (name == "database") who_.database = value;
        else who_.parameters.emplace_back(name, value);
    }
    if (m.protocol_version > wire::protocol_3_0 || !less.unknown_options.empty()) serialize(less, output_);
    if (who_.user.empty()) return refuse("28000", "no PostgreSQL user name specified in startup packet");
    if (who_.database.empty()) who_.database = who_.user;
    if (options_.over_network == reception_options::encryption::required && peer_ == wire::channel_kind::open_network)
        return refuse("28000", "this server takes connections from a network over TLS only");
    begin_login();
}

void reception::begin_login() {
    using enum reception_options::login;
    switch (options_.how) {
        case trust: state_ = state::admitted; return;
        case password:
        case pass_through: return ask_for_password();
        case md5:
            if (RAND_bytes(reinterpret_cast<unsigned char*>(md5_salt_.data()), static_cast<int>(md5_salt_.size())) != 1)
                return refuse("XX000", "could not generate random MD5 salt");
            serialize(authentication{.what = authentication::kind::md5_password, .payload = md5_salt_}, output_);
            step_ = step::md5_answer;
            return;
        case scram_sha_256: {
            const bool binds = tls_.encrypted() && !options_.tls->certificate_hash().empty();
            std::vector<std::string_view> offered;
            if (binds) offered.push_back(wire::mechanism::scram_sha_256_plus);
            offered.push_back(wire::mechanism::scram_sha_256);
            wire::serialize_sasl(offered, output_);
            scram_.emplace(options_.users->verifier(who_.user), binds ? options_.tls->certificate_hash() : bytes{});
            step_ = step::scram_first;
            return;
        }
    }
}

void reception::ask_for_password() {
    if (peer_ == wire::channel_kind::open_network)
        return refuse("28000", "this server asks for a cleartext password, and takes it over TLS only");
    serialize(authentication{.what = authentication::kind::cleartext_password, .payload = {}}, output_);
    step_ = step::password;
}

void reception::take_password(bytes_view body) {
    wire::password_message m{};
    if (parse(body, m)) return refuse("08P01", "invalid password packet");
    secret_string given{m.password};
    if (given.empty()) return refuse("28P01", "empty password returned by client");
    if (options_.how == reception_options::login::pass_through) {
        who_.password = std::move(given);
    } else if (!options_.users->is_password(who_.user, given)) {
        return refuse_login();
    }
    state_ = state::admitted;
}

void reception::take_md5_answer(bytes_view body) {
    wire::password_message m{};
    if (parse(body, m)) return refuse("08P01", "invalid password packet");
    if (!options_.users->is_md5_answer(who_.user, md5_salt_, m.password)) return refuse_login();
    state_ = state::admitted;
}

void reception::take_scram_first(bytes_view body) {
    wire::sasl_initial_response m{};
    if (parse(body, m)) return refuse("08P01", "invalid SASL response");
    if (m.mechanism != wire::mechanism::scram_sha_256 && m.mechanism != wire::mechanism::scram_sha_256_plus)
        return refuse("08P01", "client selected an invalid SASL authentication mechanism");
    std::string challenge;
    if (scram_->client_first(m.mechanism, m.response, challenge)) return refuse("08P01", "malformed SCRAM message");
    serialize(authentication{.what = authentication::kind::sasl_continue, .payload = as_bytes(challenge)}, output_);
    step_ = step::scram_final;
}

void reception::take_scram_final(bytes_view body) {
    std::string proof;
    if (const auto failure = scram_->client_final(as_text(body), proof)) {
        if (failure->code() == errc::authentication_refused) return refuse_login();
        return refuse("08P01", "malformed SCRAM message");
    }
    serialize(authentication{.what = authentication::kind::sasl_final, .payload = as_bytes(proof)}, output_);
    state_ = state::admitted;
}

void reception::refuse_login() { refuse("28P01", "password authentication failed for user \"" + who_.user + "\""); }

void reception::refuse(std::string_view code, std::string text) {
    wire::serialize_error(wire::message_of("FATAL", sqlstate{code}, std::move(text)), output_);
    state_ = state::ended;
}

}  // namespace howdah::sim
