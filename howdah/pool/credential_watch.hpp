#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include "howdah/config/connection_config.hpp"

namespace howdah::pooling {

/// Notices that a provider has said that what it gave before is out of date. Under the pool's lock.
class credential_watch {
public:
    explicit credential_watch(const connection_config& config) : provider_{config.credentials} { (void)changed(); }

    /// Since it was last asked.
    bool changed() {
        if (provider_ == nullptr) return false;
        const auto before = std::exchange(version_, provider_->version());
        return before != version_;
    }

private:
    std::shared_ptr<credential_provider> provider_;
    std::uint64_t version_ = 0;
};

}  // namespace howdah::pooling
