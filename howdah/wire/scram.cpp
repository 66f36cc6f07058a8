#include "howdah/wire/scram.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

#include "howdah/wire/base64.hpp"
#include "howdah/wire/saslprep.hpp"
#include "howdah/wire/scram_attributes.hpp"
#include "howdah/wire/scram_derivation.hpp"
#include "howdah/wire/untrusted_text.hpp"

namespace howdah::wire {
namespace {

using digest = std::array<std::byte, scram_keys::size>;

constexpr std::size_t nonce_bytes = 18;  // libpq's: 24 characters of base64

template <class B>
unsigned char* octets(B& buffer) noexcept {
    return reinterpret_cast<unsigned char*>(buffer.data());
}
const unsigned char* octets(bytes_view in) noexcept { return reinterpret_cast<const unsigned char*>(in.data()); }

bool hmac(bytes_view key, std::string_view message, digest& out) noexcept {
    unsigned size = 0;
    return HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), octets(as_bytes(message)), message.size(),
                octets(out), &size) != nullptr &&
           size == out.size();
}

bool sha_256(bytes_view in, digest& out) noexcept {
    return EVP_Digest(in.data(), in.size(), octets(out), nullptr, EVP_sha256(), nullptr) == 1;
}

error malformed(std::string_view what) {
    std::string text{"the server's SCRAM message is malformed: "};
    return {errc::protocol_violation, text.append(what)};
}

error crypto_failed(std::string_view what) {
    std::string text{"OpenSSL refused to compute "};
    return {errc::authentication_refused, text.append(what).append(" for SCRAM-SHA-256; is it in FIPS mode?")};
}

}  // namespace

bool derive_scram_keys(const secret_string& password, bytes_view salt, std::uint32_t iterations, scram_keys& out) {
    const auto prepared = saslprep(password);
    const auto text = prepared.reveal();
    digest salted{};
    const bool done = PKCS5_PBKDF2_HMAC(text.data(), static_cast<int>(text.size()), octets(salt),
                                        static_cast<int>(salt.size()), static_cast<int>(iterations), EVP_sha256(),
                                        static_cast<int>(salted.size()), octets(salted)) == 1 &&
                      hmac(salted, "Client Key", out.client) && hmac(salted, "Server Key", out.server);
    wipe(salted.data(), salted.size());
    return done;
}

std::optional<secret_string> decode_scram_key(std::string_view base64) {
    auto key = decode_base64(base64);
    if (!key) return std::nullopt;
    std::optional<secret_string> out;
    if (key->size() == scram_keys::size) out.emplace(as_text(*key));
    wipe(key->data(), key->size());
    return out;
}

scram_keys::~scram_keys() {
    wipe(client.data(), client.size());
    wipe(server.data(), server.size());
}

scram_cache::scram_cache() { usable_ = RAND_bytes(octets(hash_key_), static_cast<int>(hash_key_.size())) == 1; }

scram_cache::~scram_cache() { wipe(hash_key_.data(), hash_key_.size()); }

std::optional<scram_cache::password_hash> scram_cache::hash(const secret_string& password) const {
    password_hash out{};
    if (!usable_ || !hmac(hash_key_, password.reveal(), out)) return std::nullopt;
    return out;
}

std::optional<scram_keys> scram_cache::find(const secret_string& password, bytes_view salt,
                                            std::uint32_t iterations) const {
    const auto hashed = hash(password);
    const std::scoped_lock lock{mutex_};
    for (const auto& e : entries_) {
        if (e.iterations != iterations || e.password != hashed || !std::ranges::equal(e.salt, salt)) continue;
        ++hits_;
        return e.keys;
    }
    return std::nullopt;
}

void scram_cache::keep(const secret_string& password, bytes_view salt, std::uint32_t iterations,
                       const scram_keys& keys) {
    const auto hashed = hash(password);
    if (!hashed) return;
    const std::scoped_lock lock{mutex_};
    const auto same = [&](const entry& e) { return e.iterations == iterations && std::ranges::equal(e.salt, salt); };
    std::erase_if(entries_, same);
    if (entries_.size() >= capacity) entries_.erase(entries_.begin());
    entries_.push_back({*hashed, bytes(salt.begin(), salt.end()), iterations, keys});
}

scram_client::scram_client(secret_string password, scram_options options)
    : password_{std::move(password)}, options_{std::move(options)} {}

std::string_view scram_client::mechanism() const noexcept {
    return options_.binding == scram_binding::end_point ? mechanism::scram_sha_256_plus : mechanism::scram_sha_256;
}

std::string scram_client::gs2_header() const {
    switch (options_.binding) {
        case scram_binding::none: return "n,,";
        case scram_binding::not_offered: return "y,,";
        case scram_binding::end_point: return "p=tls-server-end-point,,";
    }
    return {};
}

std::optional<error> scram_client::keep_step(std::optional<error> failure, step next) {
    step_ = failure ? step::failed : next;
    return failure;
}

std::optional<error> scram_client::client_first(std::string& out) {
    if (options_.nonce.empty()) {
        std::array<std::byte, nonce_bytes> random{};
        if (RAND_bytes(octets(random), static_cast<int>(random.size())) != 1)
            return keep_step(error{errc::authentication_refused, "OpenSSL has no random bytes for SCRAM-SHA-256"}, {});
        options_.nonce = encode_base64(random);
    }
    client_first_bare_ = "n=" + options_.username + ",r=" + options_.nonce;
    out = gs2_header() + client_first_bare_;
    return keep_step({}, step::first_sent);
}

std::optional<error> scram_client::server_first(std::string_view message, std::string& out) {
    if (step_ != step::first_sent)
        return keep_step(error{errc::protocol_violation, "the server sent a SCRAM challenge out of order"}, {});
    auto failure = read_server_first(message);
    if (!failure) failure = find_keys();
    if (!failure) {
        auth_message_ = client_first_bare_ + ',' + std::string{message} + ',';
        failure = write_client_final(out);
    }
    return keep_step(std::move(failure), step::final_sent);
}

std::optional<error> scram_client::read_server_first(std::string_view message) {
    if (message.size() > max_message_bytes) return malformed("it is longer than 2,000 bytes");
    scram_attributes in{message};
    if (in.name() == 'm')
        return error{errc::authentication_refused,
                     "the server's SCRAM exchange needs an extension that this client does not have"};
    const auto nonce = in.take('r');
    if (!nonce || !is_scram_printable(*nonce)) return malformed("its nonce (r=) is missing or not printable");
    // Our own nonce alone would let an old exchange be replayed to us.
    if (!nonce->starts_with(options_.nonce) || nonce->size() == options_.nonce.size())
        return error{errc::server_not_authentic, "the server's SCRAM nonce does not extend the client's: "
                                                 "this is not the server that was asked, or something stands between"};
    const auto encoded_salt = in.take('s');
    auto salt = encoded_salt ? decode_base64(*encoded_salt) : std::nullopt;
    if (!salt || salt->empty()) return malformed("its salt (s=) is missing or no base64");
    const auto iterations = in.take('i');
    if (!iterations) return malformed("its iteration count (i=) is missing");
    if (auto failure = read_iterations(*iterations)) return failure;
    if (!in.skip_extensions()) return malformed("something unreadable follows the iteration count");
    nonce_ = *nonce;
    salt_ = std::move(*salt);
    return std::nullopt;
}

std::optional<error> scram_client::read_iterations(std::string_view digits) {
    // posit-number: no sign, no leading zero (RFC 5802, section 7).
    const bool is_number = !digits.empty() && digits[0] != '0' &&
                           std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!is_number) return malformed("its iteration count (i=) is not a positive number");
    constexpr std::uint32_t most = std::numeric_limits<int>::max();  // what PBKDF2's interface takes
    const auto limit = std::min(options_.iteration_limit, most);
    std::uint32_t count = 0;
    const char* first = digits.data();
    const bool fits = std::from_chars(first, first + digits.size(), count).ec == std::errc{};
    if (!fits || count > limit)
        return error{errc::authentication_refused, "the server asks for " + untrusted_text(digits, 20) +
                                                       " SCRAM iterations and the limit is " + std::to_string(limit) +
                                                       "; raise scram_iteration_limit if the server is to be trusted"};
    if (count < options_.fewest_iterations)
        return error{
            errc::below_security_profile,
            "the server keeps this password with " + std::to_string(count) +
                " SCRAM iterations, and security_profile=production wants " +
                std::to_string(options_.fewest_iterations) +
                ": a proof would be cheap to search, and was not sent; set the password anew with the server's "
                "scram_iterations at 4096 or more"};
    iterations_ = count;
    return std::nullopt;
}

// A given client's key proves who we are, and only the server's own key proves who the server is: libpq does not make
// that one from a password either.
std::optional<error> scram_client::find_keys() {
    const auto& given = options_.keys;
    if (!given.client.empty() && given.server.empty())
        return error{errc::authentication_refused,
                     "scram_client_key is given without scram_server_key, by which the server is known; give both"};
    if (given.client.empty())
        if (auto failure = derive_keys()) return failure;
    const auto take = [](const secret_string& key, auto& into) {
        if (!key.empty()) std::ranges::copy(as_bytes(key.reveal()), into.begin());
    };
    take(given.client, keys_.client);
    take(given.server, keys_.server);
    return std::nullopt;
}

std::optional<error> scram_client::derive_keys() {
    if (options_.cache != nullptr) {
        if (const auto known = options_.cache->find(password_, salt_, iterations_)) {
            keys_ = *known;
            return std::nullopt;
        }
    }
    if (!derive_scram_keys(password_, salt_, iterations_, keys_)) return crypto_failed("PBKDF2");
    return std::nullopt;
}

std::optional<error> scram_client::write_client_final(std::string& out) {
    bytes binding;
    append(binding, gs2_header());
    if (options_.binding == scram_binding::end_point) append(binding, bytes_view{options_.certificate_hash});
    const auto without_proof = "c=" + encode_base64(binding) + ",r=" + nonce_;
    auth_message_ += without_proof;

    digest stored{}, proof{};
    const bool done = sha_256(keys_.client, stored) && hmac(stored, auth_message_, proof);
    wipe(stored.data(), stored.size());
    if (!done) return crypto_failed("HMAC");
    for (std::size_t i = 0; i < proof.size(); ++i) proof[i] ^= keys_.client[i];
    out = without_proof + ",p=" + encode_base64(proof);
    return std::nullopt;
}

std::optional<error> scram_client::server_final(std::string_view message) {
    const auto fail = [this](error e) { return keep_step(std::move(e), step::failed); };
    if (step_ != step::final_sent)
        return fail({errc::protocol_violation, "the server ended the SCRAM exchange out of order"});
    if (message.size() > max_message_bytes) return fail(malformed("it is longer than 2,000 bytes"));
    scram_attributes in{message};
    if (const auto reason = in.take('e'))
        return fail({errc::authentication_refused, "the server ended the SCRAM exchange: " + untrusted_text(*reason)});
    const auto verifier = in.take('v');
    const auto signature = verifier ? decode_base64(*verifier) : std::nullopt;
    if (!signature || signature->size() != scram_keys::size || !in.skip_extensions())
        return fail(malformed("its signature (v=) is missing or not 32 bytes in base64"));
    digest expected{};
    if (!hmac(keys_.server, auth_message_, expected)) return fail(crypto_failed("HMAC"));
    if (CRYPTO_memcmp(expected.data(), signature->data(), expected.size()) != 0)
        return fail({errc::server_not_authentic,
                     "the server could not prove that it knows the password: its SCRAM signature is wrong"});
    // What was given is not the password's.
    if (options_.cache != nullptr && options_.keys.empty()) options_.cache->keep(password_, salt_, iterations_, keys_);
    return keep_step({}, step::verified);
}

}  // namespace howdah::wire
