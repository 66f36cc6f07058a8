#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace howdah {

/// What statements of one normalised text have cost.
struct statement_cost {
    std::string fingerprint, statement;
    std::uint64_t calls = 0, failures = 0, rows = 0;
    double seconds = 0;
};

/// The statements that take most of the time, in bounded memory whatever is run (Metwally's Space-Saving): a statement that is
/// new takes the place of the one that has cost least, whose costs go to `other`. Nothing of the sum is lost. For any thread.
class statement_ranking {
public:
    /// Throws invalid_option if `most` is 0.
    explicit statement_ranking(std::size_t most = 100, std::size_t longest_text = 200);

    void add(std::string_view statement, std::chrono::microseconds took, std::uint64_t rows, bool failed);
    /// The costliest first, `other` last, with this word for a fingerprint.
    std::vector<statement_cost> list() const;

private:
    struct entry {
        statement_cost cost;
        double weight = 0;  // its seconds, and those of what it has replaced
    };

    const std::size_t most_, longest_text_;
    mutable std::mutex mutex_;
    std::unordered_map<std::uint64_t, entry> entries_;
    statement_cost other_{.fingerprint = "other", .statement = ""};
};

}  // namespace howdah
