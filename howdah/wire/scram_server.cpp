#include "howdah/wire/scram_server.hpp"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "howdah/base/digest.hpp"
#include "howdah/wire/base64.hpp"
#include "howdah/wire/scram_attributes.hpp"
#include "howdah/wire/scram_derivation.hpp"

namespace howdah::wire {
namespace {

constexpr std::size_t server_nonce_bytes = 18, salt_bytes = 16;  // PostgreSQL's
constexpr std::string_view end_point_flag = "p=tls-server-end-point";

error malformed_client(std::string_view what) {
    std::string text{"the client's SCRAM message is malformed: "};
    return {errc::protocol_violation, text.append(what)};
}

bytes random_bytes(std::size_t n) {
    bytes out(n);
    if (RAND_bytes(reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(n)) != 1)
        throw error{errc::unsupported_option, "OpenSSL has no random bytes for SCRAM-SHA-256"};
    return out;
}

std::string_view text_of(const std::array<std::byte, scram_keys::size>& key) noexcept { return as_text(key); }

bool take_key(std::string_view base64, std::array<std::byte, scram_keys::size>& out) {
    const auto key = decode_base64(base64);
    if (!key || key->size() != out.size()) return false;
    std::ranges::copy(*key, out.begin());
    return true;
}

// What stands before the next `end`; takes both away. nullopt: there is no `end`.
std::optional<std::string_view> up_to(char end, std::string_view& text) noexcept {
    const auto at = text.find(end);
    if (at == std::string_view::npos) return std::nullopt;
    const auto out = text.substr(0, at);
    text.remove_prefix(at + 1);
    return out;
}

}  // namespace

std::optional<scram_verifier> parse_scram_verifier(std::string_view text) {
    if (up_to('$', text) != mechanism::scram_sha_256) return std::nullopt;
    const auto digits = up_to(':', text);
    const auto salt = up_to('$', text);
    const auto stored = up_to(':', text);
    if (!digits || !salt || !stored) return std::nullopt;
    scram_verifier out;
    const auto* end = digits->data() + digits->size();
    const auto read = std::from_chars(digits->data(), end, out.iterations);
    auto decoded = decode_base64(*salt);
    if (read.ec != std::errc{} || read.ptr != end || out.iterations == 0 || !decoded || decoded->empty())
        return std::nullopt;
    out.salt = std::move(*decoded);
    if (!take_key(*stored, out.stored_key) || !take_key(text, out.server_key)) return std::nullopt;
    return out;
}

scram_verifier make_scram_verifier(const secret_string& password, std::uint32_t iterations) {
    scram_verifier out{.salt = random_bytes(salt_bytes), .iterations = iterations};
    scram_keys keys;
    if (!derive_scram_keys(password, out.salt, iterations, keys))
        throw error{errc::unsupported_option,
                    "OpenSSL refused to compute PBKDF2 for SCRAM-SHA-256; is it in FIPS mode?"};
    const auto stored = howdah::sha_256(as_text(keys.client));
    std::ranges::copy(as_bytes(stored.text()), out.stored_key.begin());
    out.server_key = keys.server;
    return out;
}

scram_server::scram_server(scram_verifier verifier, bytes certificate_hash)
    : verifier_{std::move(verifier)}, certificate_hash_{std::move(certificate_hash)} {}

// gs2-header = gs2-cbind-flag "," [authzid] "," (RFC 5802, section 7).
std::optional<error> scram_server::read_binding_flag(std::string_view chosen, std::string_view& message) {
    const auto whole = message;
    const auto flag = up_to(',', message);
    const auto identity = up_to(',', message);
    if (!flag || !identity) return malformed_client("it has no GS2 header");
    if (!identity->empty()) return malformed_client("an authorization identity is not supported");
    bound_ = *flag == end_point_flag;
    if (!bound_ && *flag != "n" && *flag != "y") return malformed_client("its channel binding is of a kind unknown");
    if (bound_ != (chosen == mechanism::scram_sha_256_plus) || (bound_ && certificate_hash_.empty()))
        return malformed_client("its channel binding does not fit the mechanism");
    // 'y' says that the server offered no binding, and it did: something between took it away.
    if (*flag == "y" && !certificate_hash_.empty()) return malformed_client("the offer of channel binding was lost");
    gs2_header_ = whole.substr(0, whole.size() - message.size());
    return std::nullopt;
}

std::optional<error> scram_server::client_first(std::string_view chosen, std::string_view message, std::string& out) {
    if (message.size() > scram_client::max_message_bytes) return malformed_client("it is longer than 2,000 bytes");
    if (auto failure = read_binding_flag(chosen, message)) return failure;
    scram_attributes in{message};
    // The user's name is that of the StartupMessage; what stands here is not read, as PostgreSQL does not.
    const auto name = in.take('n');
    const auto nonce = in.take('r');
    if (!name || !nonce || nonce->empty() || !is_scram_printable(*nonce) || !in.skip_extensions())
        return malformed_client("its user name (n=) or nonce (r=) is missing");
    nonce_ = std::string{*nonce} + encode_base64(random_bytes(server_nonce_bytes));
    out = "r=" + nonce_ + ",s=" + encode_base64(verifier_.salt) + ",i=" + std::to_string(verifier_.iterations);
    auth_message_ = std::string{message} + ',' + out + ',';
    return std::nullopt;
}

std::optional<error> scram_server::client_final(std::string_view message, std::string& out) {
    if (message.size() > scram_client::max_message_bytes) return malformed_client("it is longer than 2,000 bytes");
    const auto proof_at = message.rfind(",p=");
    scram_attributes in{message};
    const auto binding = in.take('c');
    const auto nonce = in.take('r');
    if (!binding || !nonce || proof_at == std::string_view::npos || !in.skip_extensions('p'))
        return malformed_client("its channel binding (c=), nonce (r=) or proof (p=) is missing");
    const auto proof = in.take('p');
    if (!proof || !in.at_end()) return malformed_client("its proof (p=) is not its last attribute");
    if (*nonce != nonce_) return malformed_client("its nonce (r=) is not this exchange's");
    bytes expected;
    append(expected, gs2_header_);
    if (bound_) append(expected, bytes_view{certificate_hash_});
    if (*binding != encode_base64(expected))
        return error{errc::authentication_refused, "the client's SCRAM channel binding is not this server's"};
    auth_message_ += message.substr(0, proof_at);
    if (!proves(*proof)) return error{errc::authentication_refused, "the client's SCRAM proof is wrong"};
    out = "v=" + encode_base64(as_bytes(hmac_sha_256(text_of(verifier_.server_key), auth_message_).text()));
    return std::nullopt;
}

bool scram_server::proves(std::string_view proof) const {
    std::array<std::byte, scram_keys::size> key{};
    if (!take_key(proof, key)) return false;
    const auto signature = hmac_sha_256(text_of(verifier_.stored_key), auth_message_);
    for (std::size_t i = 0; i < key.size(); ++i) key[i] ^= std::byte{signature.octets[i]};
    const auto stored = howdah::sha_256(text_of(key));
    wipe(key.data(), key.size());
    return CRYPTO_memcmp(stored.octets.data(), verifier_.stored_key.data(), stored.octets.size()) == 0;
}

}  // namespace howdah::wire
