#include "howdah/auth/static_credentials.hpp"

#include <utility>

namespace howdah {

static_credentials::static_credentials(secret_string password) : password_{std::move(password)} {}

void static_credentials::change(secret_string password) {
    const std::scoped_lock lock{mutex_};
    password_ = std::move(password);
    expiry_.reset();
    ++version_;
}

void static_credentials::expires(const credential_expiry& when) {
    const std::scoped_lock lock{mutex_};
    expiry_ = when;
}

secret_string static_credentials::password(const credential_request&) {
    const std::scoped_lock lock{mutex_};
    return password_;
}

std::optional<credential_expiry> static_credentials::expiry(const credential_request&) const {
    const std::scoped_lock lock{mutex_};
    return expiry_;
}

}  // namespace howdah
