#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "howdah/base/secret_string.hpp"

namespace howdah {

/// What a password is wanted for.
struct credential_request {
    std::string host;  // as configured: a name, an address or a socket's folder
    std::uint16_t port = 5432;
    std::string user;
    std::string database;
    /// When the one who asks gives up. What is begun for the answer (a command, a request) should end then.
    std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
};

/// What asking a provider may do to the thread that asks.
enum class answers {
    at_once,   // it only looks into memory
    may_wait,  // for a file, a command, the network: it is asked on a thread of its own
};

/// Where what a provider gives may be shown.
enum class needed_channel {
    any,  // as passwords are: SCRAM over anything, cleartext by allow_cleartext_without_tls
    tls,  // nothing but TLS: connections without are refused before it is asked
};

/// When what a provider gave ends, and how long before that somebody has to know.
struct credential_expiry {
    std::chrono::system_clock::time_point ends;
    std::chrono::seconds notice = std::chrono::days{1};
};

/// Gives the password of each connection that is made. One provider may serve many pools and connections; all of its
/// members are called from any thread, several at a time. An answer that may_wait is waited for until the connection's
/// connect_timeout; a provider that never answers costs a thread each time, and holds nothing else up.
class credential_provider {
public:
    virtual ~credential_provider() = default;
    credential_provider(const credential_provider&) = delete;
    credential_provider& operator=(const credential_provider&) = delete;

    /// The password as it is now; empty: there is none, which is an error only if the server asks for one.
    /// What it throws ends this host's turn; the text of a std::exception is shown, so no secret belongs into it.
    virtual secret_string password(const credential_request& request) = 0;

    /// The server refused (28P01, 28000) what was given for `request`: what is kept for it is to be forgotten. The
    /// next call of password() decides whether the connection is tried once more. Where may_wait holds it may wait too.
    virtual void refused(const credential_request&) {}

    /// Grows when what was given before is out of date: a pool then replaces its older connections as they come back.
    virtual std::uint64_t version() const noexcept { return 0; }

    /// Of what it gave last for `request`. Unset: it does not end, or nobody knows. Never waits. A connect that comes later than
    /// `notice` before the end is told to the observer as an expiry.
    virtual std::optional<credential_expiry> expiry(const credential_request&) const { return std::nullopt; }

    virtual enum answers answers() const noexcept { return answers::may_wait; }
    virtual enum needed_channel needed_channel() const noexcept { return needed_channel::any; }

protected:
    credential_provider() = default;
};

}  // namespace howdah
