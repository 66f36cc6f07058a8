#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "howdah/base/bytes.hpp"
#include "howdah/base/error.hpp"
#include "howdah/base/secret_string.hpp"

namespace howdah::wire {

/// SASL's names.
namespace mechanism {
inline constexpr std::string_view scram_sha_256 = "SCRAM-SHA-256", scram_sha_256_plus = "SCRAM-SHA-256-PLUS";
}  // namespace mechanism

/// What the client says about channel binding: the gs2-cbind-flag (RFC 5802, section 7).
enum class scram_binding {
    none,         // 'n': no TLS, or channel_binding=disable
    not_offered,  // 'y': this side could, and the server did not offer it
    end_point,    // 'p': tls-server-end-point (RFC 5929), SCRAM-SHA-256-PLUS
};

/// What a password, a salt and an iteration count give (RFC 5802, section 3). Wiped when it goes.
struct scram_keys {
    static constexpr std::size_t size = 32;
    std::array<std::byte, size> client{}, server{};

    scram_keys() = default;
    scram_keys(const scram_keys&) = default;
    scram_keys& operator=(const scram_keys&) = default;
    ~scram_keys();
};

/// Keys that stand in for a password, for who holds what a login gave and not the password itself: 32 bytes each, or
/// empty. PostgreSQL 18's SCRAM pass-through.
struct given_scram_keys {
    secret_string client, server;

    bool empty() const noexcept { return client.empty() && server.empty(); }
};

/// A key in base64; nullopt: it is none.
std::optional<secret_string> decode_scram_key(std::string_view base64);

/// Keys of servers that have proved themselves, so that further connections skip PBKDF2 (RFC 5802, section 5.1,
/// allows it). Shared by the connections of a pool; any thread may use it. Keeps no password, only a keyed hash of it.
class scram_cache {
public:
    scram_cache();
    scram_cache(const scram_cache&) = delete;
    scram_cache& operator=(const scram_cache&) = delete;
    ~scram_cache();

    static constexpr std::size_t capacity = 8;  // a user's salt is one for primary and replicas; a pooler has its own

    std::optional<scram_keys> find(const secret_string& password, bytes_view salt, std::uint32_t iterations) const;
    /// The oldest goes when there are more than `capacity`.
    void keep(const secret_string& password, bytes_view salt, std::uint32_t iterations, const scram_keys& keys);
    /// How often find() has saved a PBKDF2.
    std::uint64_t hits() const noexcept { return hits_; }

private:
    using password_hash = std::array<std::byte, scram_keys::size>;

    struct entry {
        password_hash password;
        bytes salt;
        std::uint32_t iterations;
        scram_keys keys;
    };

    std::optional<password_hash> hash(const secret_string& password) const;

    mutable std::mutex mutex_;
    mutable std::atomic<std::uint64_t> hits_{0};
    std::array<std::byte, scram_keys::size> hash_key_{};
    bool usable_ = false;         // there were random bytes for the key
    std::vector<entry> entries_;  // the oldest first
};

struct scram_options {
    scram_binding binding = scram_binding::none;
    bytes certificate_hash;                     // for scram_binding::end_point
    std::uint32_t iteration_limit = 1'000'000;  // more is refused: each costs two SHA-256 blocks
    std::uint32_t fewest_iterations = 1;        // fewer are refused
    given_scram_keys keys{};                    // where one is given, the password does not make it
    scram_cache* cache = nullptr;               // outlives the client
    std::string username;                       // PostgreSQL reads the StartupMessage's, so it is left out
    std::string nonce;                          // empty: 18 random bytes in base64; given only by tests
};

/// The client's side of SCRAM-SHA-256 and SCRAM-SHA-256-PLUS (RFC 5802, 7677, 5929), without I/O.
/// client_first, then server_first, then server_final; the server is not proved before the last one succeeds.
/// After an error nothing more may be sent.
class scram_client {
public:
    /// RFC 7677, section 4: fewer iterations make a stolen exchange too cheap to search.
    static constexpr std::uint32_t recommended_iterations = 4096;
    static constexpr std::size_t max_message_bytes = 2000;  // libpq's limit for every authentication request

    scram_client(secret_string password, scram_options options);

    std::string_view mechanism() const noexcept;

    /// Errors: no random bytes to be had.
    std::optional<error> client_first(std::string& out);

    /// Reads the server's challenge and writes client-final. Derives the keys: some 1 ms for 4,096 iterations.
    /// Errors: protocol_violation for a malformed message, server_not_authentic for a nonce that is not ours
    /// extended, authentication_refused for too many iterations, an extension that must be understood, or a client's
    /// key without the server's,
    /// below_security_profile for too few.
    std::optional<error> server_first(std::string_view message, std::string& out);

    /// Checks that the server knows the password's keys.
    /// Errors: server_not_authentic if it does not, authentication_refused if it says 'e=', protocol_violation.
    std::optional<error> server_final(std::string_view message);

    /// The server proved itself.
    bool verified() const noexcept { return step_ == step::verified; }
    /// What the server asked for; 0 before server_first.
    std::uint32_t iterations() const noexcept { return iterations_; }
    /// The server asked for fewer than recommended: for an observer to be told.
    bool weak_iterations() const noexcept { return iterations_ != 0 && iterations_ < recommended_iterations; }

private:
    enum class step { start, first_sent, final_sent, verified, failed };

    std::optional<error> read_server_first(std::string_view message);
    std::optional<error> read_iterations(std::string_view digits);
    std::optional<error> find_keys();
    std::optional<error> derive_keys();
    std::optional<error> write_client_final(std::string& out);
    std::string gs2_header() const;
    std::optional<error> keep_step(std::optional<error> failure, step next);

    secret_string password_;
    scram_options options_;
    step step_ = step::start;
    std::string client_first_bare_, nonce_, auth_message_;
    bytes salt_;
    std::uint32_t iterations_ = 0;
    scram_keys keys_;
};

}  // namespace howdah::wire
