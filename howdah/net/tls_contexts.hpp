#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "howdah/net/tls_context.hpp"

namespace howdah::net {

/// The TLS context of the connections of one configuration: made once, and anew when one of its files has changed, so that
/// certificates may be rotated. For any thread.
class tls_contexts {
public:
    tls_contexts();
    tls_contexts(const tls_contexts&) = delete;
    tls_contexts& operator=(const tls_contexts&) = delete;
    ~tls_contexts();

    /// Throws what tls_context's constructor throws.
    std::shared_ptr<const tls_context> find(const connection_config& config);

private:
    struct origin;  // what a context was made of

    std::mutex mutex_;
    std::unique_ptr<origin> origin_;
    std::shared_ptr<const tls_context> last_;
};

}  // namespace howdah::net
