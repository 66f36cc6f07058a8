#include "howdah/wire/startup_authentication.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "howdah/wire/frame.hpp"
#include "howdah/wire/frontend.hpp"
#include "howdah/wire/md5.hpp"
#include "howdah/wire/untrusted_text.hpp"

namespace howdah::wire {
namespace {

constexpr std::size_t md5_salt_size = 4;

// "scram-sha-256,password", as a user would write it.
std::string list(auth_methods methods) {
    constexpr std::array all{auth_method::none, auth_method::password, auth_method::md5,  auth_method::scram_sha_256,
                             auth_method::gss,  auth_method::sspi,     auth_method::oauth};
    std::string out;
    for (const auto m : all)
        if ((methods & static_cast<auth_methods>(m)) != 0) (out.empty() ? out : out += ',').append(to_string(m));
    return out;
}

error refused(std::string text) { return {errc::authentication_refused, std::move(text)}; }
error out_of_order(std::string_view what) {
    return {errc::protocol_violation, "the server sent " + std::string{what} + " out of order"};
}
error unknown_mechanisms(const std::vector<std::string_view>& offered) {
    std::string names;
    for (const auto name : offered) (names.empty() ? names : names += ", ").append(name);
    return refused("the server offers none of the SASL mechanisms that this client knows (SCRAM-SHA-256, "
                   "SCRAM-SHA-256-PLUS); it offers " +
                   untrusted_text(names));
}

}  // namespace

std::string_view to_string(auth_method m) noexcept {
    switch (m) {
        case auth_method::none: return "none";
        case auth_method::password: return "password";
        case auth_method::md5: return "md5";
        case auth_method::scram_sha_256: return "scram-sha-256";
        case auth_method::gss: return "gss";
        case auth_method::sspi: return "sspi";
        case auth_method::oauth: return "oauth";
    }
    return "?";
}

authenticator::authenticator(std::string_view user, const authentication_options& options)
    : user_{user}, options_{options}, channel_{options.channel} {}

void authenticator::tls_established(bytes certificate_hash) {
    channel_ = channel_kind::tls;
    certificate_hash_ = std::move(certificate_hash);
}

bool authenticator::awaits_verdict() const noexcept {
    return step_ == step::password_sent || step_ == step::scram_outcome;
}

std::optional<error> authenticator::answer(const authentication& request, bytes& out) {
    using kind = authentication::kind;
    if (step_ == step::finished) return out_of_order("an authentication request");
    switch (request.what) {
        case kind::ok: return accept_ok();
        case kind::cleartext_password: return send_cleartext(out);
        case kind::md5_password: return send_md5(request.payload, out);
        case kind::sasl: return begin_scram(request.payload, out);
        case kind::sasl_continue: return continue_scram(request.payload, out);
        case kind::sasl_final: return finish_scram(request.payload);
        case kind::gss:
        case kind::gss_continue:
            return refused("the server asks for GSSAPI authentication, which this client does not do");
        case kind::sspi: return refused("the server asks for SSPI authentication, which this client does not do");
        case kind::kerberos_v5:
            return refused("the server asks for Kerberos V5 authentication, which this client does not do");
    }
    return refused("the server asks for authentication method number " +
                   std::to_string(static_cast<std::uint32_t>(request.what)) + ", which this client does not know");
}

// libpq's check_expected_areq, for requests that want an answer.
std::optional<error> authenticator::check_method(auth_method m, std::string_view spoken) const {
    if ((options_.require_auth & static_cast<auth_methods>(m)) == 0)
        return refused("the server asks for " + std::string{spoken} + " and require_auth allows only " +
                       list(options_.require_auth) + "; nothing was sent to it");
    if (options_.secrets == accepted_secrets::strong && m != auth_method::scram_sha_256)
        return error{errc::below_security_profile,
                     "the server asks for " + std::string{spoken} +
                         ", which security_profile=production refuses, over TLS too; nothing was sent to it: let its "
                         "pg_hba.conf ask for scram-sha-256 or a client certificate"};
    if (options_.channel_binding == channel_binding_policy::require && m != auth_method::scram_sha_256)
        return refused("the server asks for " + std::string{spoken} +
                       " and channel_binding=require allows only SCRAM-SHA-256-PLUS; nothing was sent to it");
    return std::nullopt;
}

std::optional<error> authenticator::check_password(std::string_view spoken) const {
    if (!options_.password.empty()) return std::nullopt;
    return refused("the server asks for " + std::string{spoken} + " of user \"" + std::string{user_} +
                   "\" and no password was given; put it into the connection string, PGPASSWORD or a passfile");
}

// libpq's check_expected_areq for AuthenticationOk, and one thing more: a SCRAM exchange that was begun must end with
// the server's proof, even where require_auth would do without.
std::optional<error> authenticator::accept_ok() {
    if (step_ == step::scram_challenge || step_ == step::scram_outcome)
        return error{errc::server_not_authentic,
                     "the server let the client in before it proved that it knows the password (SCRAM-SHA-256)"};
    if (step_ == step::request && (options_.require_auth & static_cast<auth_methods>(auth_method::none)) == 0)
        return refused("the server let the client in without authentication and require_auth allows only " +
                       list(options_.require_auth));
    if (options_.channel_binding == channel_binding_policy::require && !channel_bound())
        return error{errc::server_not_authentic,
                     "the server let the client in without channel binding and channel_binding=require wants it"};
    step_ = step::finished;
    return std::nullopt;
}

std::optional<error> authenticator::send_cleartext(bytes& out) {
    constexpr std::string_view spoken = "a cleartext password";
    if (auto failure = check_method(auth_method::password, spoken)) return failure;
    if (step_ != step::request) return out_of_order("a second authentication request");
    if (options_.cleartext == cleartext_password::protected_channel && channel_ == channel_kind::open_network)
        return refused("the server asks for a cleartext password over a connection without TLS; it was not sent: use "
                       "sslmode=verify-full, or allow_cleartext_without_tls on a network that nobody else reads");
    if (auto failure = check_password(spoken)) return failure;
    const auto password = options_.password.reveal();
    out.reserve(out.size() + frame_header::size + password.size() + 1);  // no copy stays behind in freed memory
    serialize(password_message{password}, out);
    method_ = auth_method::password;
    step_ = step::password_sent;
    return std::nullopt;
}

std::optional<error> authenticator::send_md5(bytes_view salt, bytes& out) {
    constexpr std::string_view spoken = "an MD5-hashed password";
    if (auto failure = check_method(auth_method::md5, spoken)) return failure;
    if (step_ != step::request) return out_of_order("a second authentication request");
    if (salt.size() != md5_salt_size)
        return error{errc::protocol_violation,
                     "the server's MD5 salt has " + std::to_string(salt.size()) + " bytes instead of 4"};
    if (auto failure = check_password(spoken)) return failure;
    const auto response = md5_response(user_, options_.password, salt);
    if (!response)
        return refused("the server asks for an MD5-hashed password and OpenSSL does no MD5 (FIPS mode?); "
                       "let the server store the password as scram-sha-256");
    serialize(password_message{response->reveal()}, out);
    method_ = auth_method::md5;
    step_ = step::password_sent;
    return std::nullopt;
}

// libpq's pg_SASL_init.
std::optional<error> authenticator::begin_scram(bytes_view payload, bytes& out) {
    if (auto failure = check_method(auth_method::scram_sha_256, "SASL authentication")) return failure;
    const bool encrypted = channel_ == channel_kind::tls;
    const auto policy = options_.channel_binding;
    if (policy == channel_binding_policy::require && !encrypted)
        return refused("channel_binding=require needs TLS, and this connection has none");
    if (step_ != step::request) return out_of_order("a second SASL authentication request");
    std::vector<std::string_view> offered;
    if (parse(payload, offered))
        return error{errc::protocol_violation, "the server's list of SASL mechanisms is malformed"};
    const bool offers_plus = std::ranges::find(offered, mechanism::scram_sha_256_plus) != offered.end();
    const bool offers_plain = std::ranges::find(offered, mechanism::scram_sha_256) != offered.end();
    // A server offers -PLUS only over TLS, so it has TLS with someone who is not us.
    if (offers_plus && !encrypted)
        return refused("the server offers SCRAM-SHA-256-PLUS over a connection without TLS: "
                       "something between took the TLS away; use sslmode=verify-full");
    const bool binds = offers_plus && policy != channel_binding_policy::disable;
    if (!binds && !offers_plain) return unknown_mechanisms(offered);
    if (policy == channel_binding_policy::require && !binds)
        return refused("channel_binding=require, and the server does not offer SCRAM-SHA-256-PLUS");
    // Going on without would be the downgrade that binding is there to prevent (CVE-2025-49146).
    if (binds && certificate_hash_.empty())
        return refused("the server's certificate has a signature algorithm without a hash for channel binding "
                       "(RFC 5929); give the server another certificate, or use channel_binding=disable");
    if (options_.scram_keys.client.empty())
        if (auto failure = check_password("a password (SCRAM-SHA-256)")) return failure;

    const auto binding = binds                                                    ? scram_binding::end_point
                         : encrypted && policy != channel_binding_policy::disable ? scram_binding::not_offered
                                                                                  : scram_binding::none;
    scram_.emplace(options_.password, scram_options{.binding = binding,
                                                    .certificate_hash = certificate_hash_,
                                                    .iteration_limit = options_.scram_iteration_limit,
                                                    .fewest_iterations = options_.secrets == accepted_secrets::strong
                                                                             ? scram_client::recommended_iterations
                                                                             : 1,
                                                    .keys = options_.scram_keys,
                                                    .cache = options_.cache,
                                                    .username = {},
                                                    .nonce = options_.scram_nonce});
    std::string first;
    if (auto failure = scram_->client_first(first)) return failure;
    serialize(sasl_initial_response{scram_->mechanism(), first}, out);
    method_ = auth_method::scram_sha_256;
    step_ = step::scram_challenge;
    return std::nullopt;
}

std::optional<error> authenticator::continue_scram(bytes_view payload, bytes& out) {
    if (step_ != step::scram_challenge) return out_of_order("a SCRAM challenge");
    std::string final;
    if (auto failure = scram_->server_first(as_text(payload), final)) return failure;
    serialize(sasl_response{final}, out);
    step_ = step::scram_outcome;
    return std::nullopt;
}

std::optional<error> authenticator::finish_scram(bytes_view payload) {
    if (step_ != step::scram_outcome) return out_of_order("the end of a SCRAM exchange");
    if (auto failure = scram_->server_final(as_text(payload))) return failure;
    step_ = step::scram_verified;
    return std::nullopt;
}

}  // namespace howdah::wire
