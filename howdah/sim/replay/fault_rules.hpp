#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include "howdah/base/error.hpp"

namespace howdah::sim {

/// What a rule does to an answer. All that is set is done: the wait first.
struct fault {
    std::chrono::milliseconds delay{0};
    std::optional<server_message> error;   // in place of the answer
    std::optional<std::size_t> cut_after;  // bytes of the answer that are sent before the connection ends
};

/// When it fires. What is not set fits every statement.
struct fault_rule {
    std::string fingerprint;            // as `howdah fingerprint` prints it
    std::optional<std::regex> matches;  // found in the statement's first 4,096 bytes
    std::vector<std::uint64_t> on;      // which of the statements that fit, from 1; empty: every one
    struct fault fault;
};

/// What is to go wrong in a replay. Thread-safe: matches are counted over all connections.
class fault_rules {
public:
    fault_rules() = default;
    explicit fault_rules(std::vector<fault_rule> rules);

    /// Reads a file: {"faults": [{"matches": "^update", "on": 2, "error": {"code": "40001"}}, ...]}.
    /// Errors: invalid_option, which names the rule and its member.
    static fault_rules load(const std::filesystem::path& file);
    static std::vector<fault_rule> parse(std::string_view json);

    bool empty() const noexcept { return rules_.empty(); }
    /// Counts a statement that is about to be answered. The first rule that fires decides.
    std::optional<fault> next(std::string_view sql, std::string_view fingerprint);

private:
    struct counted {
        fault_rule rule;
        std::uint64_t matches = 0;
    };
    std::vector<counted> rules_;
    std::unique_ptr<std::mutex> mutex_ = std::make_unique<std::mutex>();
};

}  // namespace howdah::sim
