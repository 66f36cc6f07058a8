#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "howdah/sim/detail/selector.hpp"

namespace howdah::sim {

/// The manifest's normalise rules at work. Threads may share one: it remembers what stands for what.
class normaliser {
public:
    explicit normaliser(const std::vector<normalise_rule>& rules);

    bool empty() const noexcept { return rules_.empty(); }
    void column(canonical_value& value, const statement_key& statement, const recorded_column& column);
    void parameter(canonical_value& value, const statement_key& statement, std::size_t position, oid type);

private:
    struct ready_rule {
        selector where;
        normalise_as as;
    };
    using stand_ins = std::map<std::string, std::string, std::less<>>;

    void number_uuid(canonical_value& value, std::string_view prefix);
    void number(canonical_value& value);

    std::vector<ready_rule> rules_;
    bool numbers_uuids_ = false;
    std::mutex lock_;
    stand_ins uuids_, numbers_;
    std::uint64_t column_uuids_ = 0, parameter_uuids_ = 0;
};

}  // namespace howdah::sim
