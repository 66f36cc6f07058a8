#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "howdah/ops/alert.hpp"

namespace howdah::ops {

/// When something is worth an alert, and for how long.
struct alert_rule {
    std::uint32_t occurrences = 1;                  // of what is over at once: so many,
    std::chrono::milliseconds within{60'000};       // in so long a time
    std::chrono::milliseconds held{0};              // of what lasts: it has to, for so long
    std::chrono::milliseconds clear_after{60'000};  // without another one, or since its end
};

/// Debounces: what is seen becomes alerts that are raised once, told again now and then, and cleared. Without a clock: time is
/// an argument. Not for several threads at once.
class alert_book {
public:
    using time_point = std::chrono::steady_clock::time_point;

    alert_book(const std::array<alert_rule, alert_kinds>& rules, std::chrono::milliseconds repeat, std::size_t most)
        : rules_{rules}, repeat_{repeat}, most_{most} {}

    /// It has happened, and is over.
    void saw(alert_kind kind, std::string_view subject, std::string words, time_point now);
    /// It is so, or is not so any more.
    void is(alert_kind kind, std::string_view subject, bool so, std::string words, time_point now);
    /// What changed since it was asked last.
    std::vector<alert> look(time_point now);

    /// What is raised.
    std::vector<alert> raised() const;
    /// What found no room, so far.
    std::uint64_t dropped() const noexcept { return dropped_; }

private:
    struct entry {
        std::string words;
        bool lasts = false;  // it is so now
        time_point first{}, last{};
        std::uint64_t count = 0, recent = 0;  // times that it was so; of those that were over at once, in rule.within
        std::optional<time_point> raised, told;
    };
    using key = std::pair<alert_kind, std::string>;

    entry* entry_of(alert_kind kind, std::string_view subject, time_point now);
    const alert_rule& rule_of(alert_kind kind) const noexcept { return rules_[static_cast<std::size_t>(kind)]; }
    std::optional<alert_state> change_of(const key& k, entry& e, time_point now) const;

    std::array<alert_rule, alert_kinds> rules_;
    std::chrono::milliseconds repeat_;
    std::size_t most_;
    std::map<key, entry> entries_;
    std::uint64_t dropped_ = 0;
};

}  // namespace howdah::ops
