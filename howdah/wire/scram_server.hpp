#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "howdah/base/bytes.hpp"
#include "howdah/base/error.hpp"
#include "howdah/wire/scram.hpp"

namespace howdah::wire {

/// What a server keeps of a password for SCRAM-SHA-256 (RFC 5802, section 3). With it alone nobody can log in.
struct scram_verifier {
    bytes salt;
    std::uint32_t iterations = 0;
    std::array<std::byte, scram_keys::size> stored_key{}, server_key{};
};

/// As pg_authid.rolpassword has it: "SCRAM-SHA-256$4096:salt$StoredKey:ServerKey". nullopt: it is none.
std::optional<scram_verifier> parse_scram_verifier(std::string_view text);
/// Of a password, with a random salt. Throws error where OpenSSL refuses.
scram_verifier make_scram_verifier(const secret_string& password, std::uint32_t iterations);

/// The server's side of SCRAM-SHA-256 and SCRAM-SHA-256-PLUS (RFC 5802, 7677, 5929), without I/O.
/// client_first, then client_final. After an error nothing more is to be read.
class scram_server {
public:
    /// `certificate_hash`: the own certificate's tls-server-end-point hash, if SCRAM-SHA-256-PLUS is offered.
    scram_server(scram_verifier verifier, bytes certificate_hash);

    /// Reads the client's opening and writes server-first. Errors: protocol_violation.
    std::optional<error> client_first(std::string_view mechanism, std::string_view message, std::string& out);
    /// Checks the client's proof and writes server-final. Errors: protocol_violation; authentication_refused: it does
    /// not know the password, or the channels are bound to different certificates.
    std::optional<error> client_final(std::string_view message, std::string& out);

private:
    std::optional<error> read_binding_flag(std::string_view mechanism, std::string_view& message);
    bool proves(std::string_view proof) const;

    scram_verifier verifier_;
    bytes certificate_hash_;
    std::string gs2_header_, nonce_, auth_message_;
    bool bound_ = false;
};

}  // namespace howdah::wire
