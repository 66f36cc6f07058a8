#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "howdah/config/credential_provider.hpp"

namespace howdah::auth {

/// Counts how often the answer to a request was another one than before: what came before it is out of date. Keeps the
/// last answer alone. For any thread.
class changes {
public:
    void note(const credential_request& request, const secret_string& answer);
    std::uint64_t count() const noexcept { return count_; }

private:
    static constexpr std::size_t most_requests = 64;

    std::mutex mutex_;
    std::map<std::string, secret_string> last_;
    std::atomic<std::uint64_t> count_{0};
};

/// What tells one request from another.
std::string key_of(const credential_request& request);

}  // namespace howdah::auth
