#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace howdah::sim {

/// How far what was asked for strays from what was recorded.
struct drift_report {
    /// A request that no recorded one answers.
    struct unmatched_request {
        std::string statement;   // its beginning
        std::string parameters;  // "$1 = '7', $2 = NULL"
        std::string why;         // the nearest recorded ones and what differs, a line each
        std::uint64_t times = 1;
    };
    /// A recorded request that was not asked for, or not as often.
    struct unused_entry {
        std::string statement, parameters;
        std::string file;  // of the cassette
        std::uint64_t recorded = 0, used = 0;
    };
    /// A request that was recorded before one which the same connection had asked for already.
    struct misplaced_request {
        std::string statement, parameters;
        std::string before;  // the statement that came first when it was recorded
    };

    std::string cassette;
    std::uint64_t requests = 0, answered = 0;
    std::uint64_t repeated = 0;  // answered with the last recorded answer, once more
    std::uint64_t modelled = 0;  // answered without a recording: transaction control, SET and their like
    std::uint64_t faults = 0;    // answers that a rule has changed
    std::vector<unmatched_request> unmatched;
    std::vector<unused_entry> unused;
    std::vector<misplaced_request> out_of_order;
    std::uint64_t left_out = 0;  // lines over `most_lines` of a kind

    /// Of each kind; more are counted.
    static constexpr std::size_t most_lines = 1'000;
};

/// What counts as drift.
enum class strictness {
    strict,  // anything that is unmatched, unused or out of order
    loose,   // only what is unmatched
};
bool drifted(const drift_report& report, strictness how) noexcept;

std::string to_text(const drift_report& report);
std::string to_json(const drift_report& report);
/// JUnit's XML: a test case for each line, one for "no drift" if there is none.
std::string to_junit(const drift_report& report, strictness how);

}  // namespace howdah::sim
