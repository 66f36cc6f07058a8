#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "howdah/auth/aws_settings.hpp"
#include "howdah/auth/rds_token.hpp"
#include "howdah/config/credential_provider.hpp"

namespace howdah {

/// Amazon RDS and Aurora's IAM authentication: a token of 15 minutes in place of a password. A token is kept for its
/// host, port and user, and made anew two minutes before it ends, or when the server refuses it. It is given to TLS
/// connections only; sslmode=verify-full with RDS's root certificates also proves whom it is given to.
/// A connection that is made outlives its token, so pools need not replace any.
class rds_credentials final : public credential_provider {
public:
    /// An empty region is looked up with find_aws_region().
    explicit rds_credentials(std::string region = {}) : region_{std::move(region)} {}

    // Where the keys come from: find_aws_keys() at every new token, unless one of these says otherwise before the first
    // connect.
    void use_profile(std::string name) { surroundings_.profile = std::move(name); }
    void use_keys(aws_keys keys);
    /// Called at every new token, from any thread: for keys that a service gives out and that end.
    void refresh_keys_by(std::function<aws_keys()> source) { source_ = std::move(source); }
    /// Instead of the process's environment. What it gives is asked at every new token.
    void use_environment(environment_lookup lookup) { surroundings_.environment = std::move(lookup); }

    /// The token that is shown at `now`.
    secret_string token(const credential_request& request, std::chrono::system_clock::time_point now);

    /// Throws error (no_credentials) if there are no keys or no region.
    secret_string password(const credential_request& request) override {
        return token(request, std::chrono::system_clock::now());
    }
    void refused(const credential_request& request) override;
    /// Of the token that was given last. It is made anew before its notice begins, so a connect has nothing to tell.
    std::optional<credential_expiry> expiry(const credential_request& request) const override;
    enum needed_channel needed_channel() const noexcept override { return needed_channel::tls; }

    /// How long before its end a token is given to nobody any more: for slow connects and clocks that differ.
    static constexpr std::chrono::seconds margin{120};

private:
    static constexpr std::size_t most_tokens = 64;

    struct kept_token {
        secret_string text;
        std::chrono::system_clock::time_point made;
    };

    std::string region_;
    aws_surroundings surroundings_;
    std::function<aws_keys()> source_;
    mutable std::mutex mutex_;
    std::map<std::string, kept_token> tokens_;
};

}  // namespace howdah
