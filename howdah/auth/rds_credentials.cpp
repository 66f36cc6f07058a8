#include "howdah/auth/rds_credentials.hpp"

#include <utility>

#include "howdah/auth/changes.hpp"

namespace howdah {

void rds_credentials::use_keys(aws_keys keys) {
    source_ = [kept = std::move(keys)] { return kept; };
}

secret_string rds_credentials::token(const credential_request& request, std::chrono::system_clock::time_point now) {
    const auto key = auth::key_of(request);
    {
        const std::scoped_lock lock{mutex_};
        const auto found = tokens_.find(key);
        // One from the future was made before the clock was set back: nobody knows how long it lasts.
        if (found != tokens_.end() && found->second.made <= now &&
            now < found->second.made + rds_token_lifetime - margin)
            return found->second.text;
    }
    // Without the lock: where keys come from may be slow.
    const auto keys = source_ ? source_() : find_aws_keys(surroundings_);
    auto text = rds_token({.host = request.host,
                           .port = request.port,
                           .user = request.user,
                           .region = region_.empty() ? find_aws_region(surroundings_) : region_},
                          keys, now);
    const std::scoped_lock lock{mutex_};
    if (tokens_.size() >= most_tokens) tokens_.clear();
    tokens_.insert_or_assign(key, kept_token{.text = text, .made = now});
    return text;
}

std::optional<credential_expiry> rds_credentials::expiry(const credential_request& request) const {
    const std::scoped_lock lock{mutex_};
    const auto found = tokens_.find(auth::key_of(request));
    if (found == tokens_.end()) return std::nullopt;
    return credential_expiry{.ends = found->second.made + rds_token_lifetime, .notice = margin};
}

void rds_credentials::refused(const credential_request& request) {
    const std::scoped_lock lock{mutex_};
    tokens_.erase(auth::key_of(request));
}

}  // namespace howdah
