#include "howdah/pool/pool_options.hpp"

#include <algorithm>
#include <string>
#include <thread>

#include "howdah/base/error.hpp"

namespace howdah {
namespace {

[[noreturn]] void refuse(const std::string& why) { throw error{errc::invalid_option, "pool_options: " + why}; }

void require_not_negative(const char* name, std::chrono::milliseconds value) {
    if (value.count() < 0) refuse(std::string{name} + " is negative");
}

}  // namespace

std::uint32_t default_max_connections() noexcept {
    constexpr unsigned least = 4;
    return std::max(least, std::thread::hardware_concurrency());
}

void pool_options::validate() const {
    if (max_connections == 0) refuse("max_connections is 0: a pool has at least one");
    if (max_connections > connection_cap)
        refuse("max_connections " + std::to_string(max_connections) + " is over connection_cap " +
               std::to_string(connection_cap) + ": raise the cap if the server really does more work with so many");
    if (min_connections > max_connections)
        refuse("min_connections " + std::to_string(min_connections) + " is over max_connections " +
               std::to_string(max_connections));
    if (connect_attempts == 0) refuse("connect_attempts is 0: 1 means no repetition");
    require_not_negative("acquire_timeout", acquire_timeout);
    require_not_negative("idle_timeout", idle_timeout);
    require_not_negative("max_lifetime", max_lifetime);
    require_not_negative("health_check_interval", health_check_interval);
    require_not_negative("ping_after", ping_after);
    require_not_negative("first_backoff", first_backoff);
    require_not_negative("slow_acquire", slow_acquire);
    if (ping_timeout.count() <= 0) refuse("ping_timeout must be over 0");
    if (hook_timeout.count() <= 0) refuse("hook_timeout must be over 0");
    if (longest_backoff < first_backoff) refuse("longest_backoff is under first_backoff");
}

}  // namespace howdah
