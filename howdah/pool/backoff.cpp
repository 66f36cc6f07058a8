#include "howdah/pool/backoff.hpp"

#include <algorithm>

#include "howdah/base/generated/sqlstates.hpp"

namespace howdah::pooling {

bool may_pass(const error& connecting) noexcept {
    if (const auto state = connecting.state(); !state.empty())
        return state == too_many_connections || state == cannot_connect_now || state == admin_shutdown ||
               state == crash_shutdown || state.category() == "08";
    const auto code = connecting.code();
    return code.category() == std::system_category() || code == errc::connect_failed || code == errc::timed_out ||
           code == errc::connection_closed;
}

void backoff::failed(const error& why, const pool_options& options, time_point now) {
    using duration = std::chrono::steady_clock::duration;
    constexpr std::uint32_t enough_doublings = 20;
    constexpr std::uint32_t seldom = 20;  // times longer
    const auto ceiling = std::min(options.longest_backoff,
                                  options.first_backoff * (std::uint32_t{1} << std::min(failures_, enough_doublings)));
    ++failures_;
    const auto draw = draw_();
    for_callers_ = now + std::chrono::duration_cast<duration>(ceiling * draw);
    for_background_ = may_pass(why)
                          ? for_callers_
                          : now + std::chrono::duration_cast<duration>(options.longest_backoff * seldom * draw);
}

}  // namespace howdah::pooling
