#include "howdah/sql/transaction_options.hpp"

#include <algorithm>

#include "howdah/base/generated/sqlstates.hpp"

namespace howdah {
namespace {

const char* words(isolation_level level) noexcept {
    switch (level) {
        case isolation_level::read_uncommitted: return " isolation level read uncommitted";
        case isolation_level::read_committed: return " isolation level read committed";
        case isolation_level::repeatable_read: return " isolation level repeatable read";
        case isolation_level::serializable: return " isolation level serializable";
    }
    return "";
}

}  // namespace

void transaction_options::validate() const {
    if (max_attempts == 0)
        throw error{errc::invalid_option, "transaction_options::max_attempts is 0: 1 means no repetition"};
    if (timeout.count() < 0 || warn_after.count() < 0)
        throw error{errc::invalid_option, "transaction_options: timeout and warn_after are not negative"};
    if (first_backoff.count() < 0 || longest_backoff < first_backoff)
        throw error{errc::invalid_option, "transaction_options: first_backoff must lie between 0 and longest_backoff"};
}

std::string begin_statement(const transaction_options& options) {
    std::string out = "begin";
    if (options.isolation) out += words(*options.isolation);
    if (options.access) out += *options.access == access_mode::read_only ? " read only" : " read write";
    if (options.defer) out += *options.defer == deferrable::yes ? " deferrable" : " not deferrable";
    return out;
}

bool may_run_again(const error& e) noexcept {
    return e.fate() == fate::rejected && (e.state() == serialization_failure || e.state() == deadlock_detected);
}

std::chrono::milliseconds backoff(const transaction_options& options, std::uint32_t next, double draw) noexcept {
    constexpr std::uint32_t enough_doublings = 30;
    const auto doubled = options.first_backoff.count() << std::min(next < 2 ? 0 : next - 2, enough_doublings);
    const auto ceiling = std::min<std::chrono::milliseconds::rep>(doubled, options.longest_backoff.count());
    return std::chrono::milliseconds{static_cast<std::chrono::milliseconds::rep>(draw * static_cast<double>(ceiling))};
}

}  // namespace howdah
