#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "howdah/base/secret_string.hpp"
#include "howdah/observe/redaction.hpp"

namespace howdah::sim {

/// Which value of which statements a rule is about. What is empty fits any.
struct value_selector {
    std::string fingerprint{};
    std::string statement{};   // any spelling of it
    std::size_t position = 0;  // of a parameter or literal: 2 for $2; 0: any
    std::string type{};        // "uuid"; of parameters only where the server said it
    std::string column{};      // of a result: "created", or "book.created" is not known on the wire

    friend bool operator==(const value_selector&, const value_selector&) = default;
};

/// When a parameter that was asked counts as the one that was recorded.
enum class match_by : std::uint8_t {
    any,
    regex,            // both match `pattern` as a whole
    ignore_case,      // ASCII letters
    time_within,      // both are dates or times, `tolerance` apart at most
    json_equal,       // white space and the order of members don't count
    same_as_earlier,  // the recorded one was met before, through another rule, as the one that is asked now
};

struct match_rule {
    value_selector where{};
    match_by by = match_by::any;
    std::string pattern{};
    std::chrono::microseconds tolerance{};

    friend bool operator==(const match_rule&, const match_rule&) = default;
};

/// What differs from run to run becomes, while recording, and in requests while replaying, the same each time.
enum class normalise_as : std::uint8_t {
    fixed_time,     // any date or time: 2000-01-01, 00:00
    numbered_uuid,  // 00000000-0000-0000-0000-000000000001, ...2: the same uuid the same number, in the order they are met
    numbered,       // 1, 2, 3: sequences
};

struct normalise_rule {
    value_selector where{};
    normalise_as as = normalise_as::fixed_time;

    friend bool operator==(const normalise_rule&, const normalise_rule&) = default;
};

/// What is hidden while recording. A hidden parameter or literal is kept as a keyed hash, so that requests are still found;
/// a hidden column shows what the rule says if its type is text, and else the plainest value of its type: 0, false, 2000-01-01.
struct cassette_policy {
    std::vector<masking_rule> parameters{};  // where none fits they are kept: requests are found by them
    std::vector<masking_rule> columns{};     // by the column's name alone: the wire knows no names of tables

    bool hides() const noexcept { return !parameters.empty() || !columns.empty(); }
};

/// cassette.json: what holds for the whole cassette. When it was recorded stands in `timings`.
struct manifest {
    static constexpr std::int64_t current_format = 1;

    std::int64_t format = current_format;
    std::string server_version{};                     // "15.14 (Debian 15.14-0+deb12u1)"
    std::map<std::string, std::string> parameters{};  // ParameterStatus after a connection's start
    cassette_policy policy{};
    std::string
        key_check{};  // tells whether HOWDAH_CASSETTE_KEY is the one it was recorded with; empty: it hides nothing
    std::vector<match_rule> match{};
    std::vector<normalise_rule> normalise{};
};

/// As the file has it.
std::string to_json(const manifest& m);
/// Throws error (cassette_errc).
manifest read_manifest(std::string_view json, std::string_view file);

/// HOWDAH_CASSETTE_KEY; empty if it is not set.
secret_string key_from_environment();
/// For manifest::key_check.
std::string key_check_of(const secret_string& key);

}  // namespace howdah::sim
