#pragma once

#include <future>
#include <stdexcept>
#include <string>

#include "fault_driver.hpp"
#include "howdah/testing/polling.hpp"

namespace howdah::test {

/// Does `what` on a thread of its own once the session `process_id` has been in pg_sleep() for so long, which a superuser
/// of the server sees.
template <class F>
std::future<void> once_asleep(const std::string& superuser_dsn, std::uint32_t process_id, F what,
                              std::chrono::milliseconds for_so_long = 0ms) {
    return std::async(std::launch::async, [=] {
        {
            blocking::connection admin{parse_conninfo(superuser_dsn)};
            const bool asleep = testing::poll_until(testing::from_now(call_limit), [&] {
                return admin.fetch_one<bool>(
                    "select exists(select from pg_stat_activity where pid = $1 and wait_event = 'PgSleep' "
                    "and clock_timestamp() - query_start > $2 * interval '1 ms')",
                    static_cast<int>(process_id), static_cast<int>(for_so_long.count()));
            });
            if (!asleep) throw std::runtime_error{"the session did not get to work"};
        }
        what();
    });
}

}  // namespace howdah::test
