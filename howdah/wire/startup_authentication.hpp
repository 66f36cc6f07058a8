#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "howdah/base/bytes.hpp"
#include "howdah/base/error.hpp"
#include "howdah/base/secret_string.hpp"
#include "howdah/wire/backend.hpp"
#include "howdah/wire/scram.hpp"

namespace howdah::wire {

/// Authentication methods, as bits of `auth_methods`, in libpq's words for require_auth.
enum class auth_method : std::uint8_t {
    none = 1,
    password = 2,
    md5 = 4,
    scram_sha_256 = 8,
    gss = 16,
    sspi = 32,
    oauth = 64
};
using auth_methods = std::uint8_t;
inline constexpr auth_methods any_auth_method = 0xff;

std::string_view to_string(auth_method m) noexcept;

/// libpq's channel_binding.
enum class channel_binding_policy { disable, prefer, require };
/// Where a cleartext password may go.
enum class cleartext_password { protected_channel, anywhere };
/// Which secrets may be shown to a server at all, whatever lies between. `strong`: no cleartext password, no MD5, and
/// SCRAM only of as many iterations as RFC 7677 wants.
enum class accepted_secrets { any, strong };
/// What lies between the client and the server.
enum class channel_kind { open_network, local_socket, tls };

struct authentication_options {
    secret_string password;                       // empty: none given
    given_scram_keys scram_keys{};                // for SCRAM, in place of the password
    auth_methods require_auth = any_auth_method;  // without `none`, the server must ask for something
    channel_binding_policy channel_binding = channel_binding_policy::prefer;
    cleartext_password cleartext = cleartext_password::protected_channel;
    accepted_secrets secrets = accepted_secrets::any;
    channel_kind channel = channel_kind::open_network;  // before TLS
    std::uint32_t scram_iteration_limit = 1'000'000;
    scram_cache* cache = nullptr;  // outlives the startup
    std::string scram_nonce;       // empty: random; given only by tests
};

/// Answers the server's authentication requests, or refuses to, by the rules of libpq's require_auth and
/// channel_binding: nothing secret goes to a server that asks for what is not allowed.
class authenticator {
public:
    /// The options stay the caller's and outlive the authenticator.
    authenticator(std::string_view user, const authentication_options& options);

    /// TLS runs, and the server's certificate has this tls-server-end-point hash (empty: none is defined for it).
    void tls_established(bytes certificate_hash);

    /// Appends the answer to `out`.
    /// Errors: authentication_refused if the request may or can not be answered, below_security_profile if it asks for
    /// a weak secret and only strong ones are accepted, server_not_authentic if the server skips its proof, protocol_violation if the request makes no sense here.
    std::optional<error> answer(const authentication& request, bytes& out);

    /// AuthenticationOk came and was acceptable.
    bool finished() const noexcept { return step_ == step::finished; }
    /// The server has shown that it knows the password: its words are its own.
    bool server_verified() const noexcept { return scram_ && scram_->verified(); }
    /// An answer is out and the server has not said whether it will do.
    bool awaits_verdict() const noexcept;
    auth_method method() const noexcept { return method_; }
    bool channel_bound() const noexcept {
        return server_verified() && scram_->mechanism() == mechanism::scram_sha_256_plus;
    }
    const std::optional<scram_client>& scram() const noexcept { return scram_; }
    channel_kind channel() const noexcept { return channel_; }

private:
    enum class step { request, password_sent, scram_challenge, scram_outcome, scram_verified, finished };

    std::optional<error> check_method(auth_method m, std::string_view spoken) const;
    std::optional<error> check_password(std::string_view spoken) const;
    std::optional<error> accept_ok();
    std::optional<error> send_cleartext(bytes& out);
    std::optional<error> send_md5(bytes_view salt, bytes& out);
    std::optional<error> begin_scram(bytes_view payload, bytes& out);
    std::optional<error> continue_scram(bytes_view payload, bytes& out);
    std::optional<error> finish_scram(bytes_view payload);

    std::string_view user_;
    const authentication_options& options_;
    channel_kind channel_;
    bytes certificate_hash_;
    step step_ = step::request;
    auth_method method_ = auth_method::none;
    std::optional<scram_client> scram_;
};

}  // namespace howdah::wire
