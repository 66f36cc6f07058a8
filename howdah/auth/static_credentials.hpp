#pragma once

#include <atomic>
#include <mutex>
#include <optional>

#include "howdah/config/credential_provider.hpp"

namespace howdah {

/// One password, until change() is told of another.
class static_credentials final : public credential_provider {
public:
    explicit static_credentials(secret_string password);

    /// From now on it is this one. Pools replace the connections that were made with the one before.
    void change(secret_string password);
    /// The password ends then (`valid until`), until change() is told of another.
    void expires(const credential_expiry& when);

    secret_string password(const credential_request& request) override;
    std::optional<credential_expiry> expiry(const credential_request&) const override;
    std::uint64_t version() const noexcept override { return version_; }
    enum answers answers() const noexcept override { return answers::at_once; }

private:
    mutable std::mutex mutex_;
    secret_string password_;
    std::optional<credential_expiry> expiry_;
    std::atomic<std::uint64_t> version_{0};
};

}  // namespace howdah
