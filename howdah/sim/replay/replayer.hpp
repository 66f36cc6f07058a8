#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "howdah/base/error.hpp"
#include "howdah/sim/cassette.hpp"
#include "howdah/sim/replay/drift_report.hpp"
#include "howdah/sim/replay/fault_rules.hpp"
#include "howdah/sim/replay/order_tracker.hpp"
#include "howdah/sim/replay/statement_effect.hpp"
#include "howdah/sim/request_keys.hpp"

namespace howdah::sim {

class recorded_entry;

// What the replay itself says no with: class XX, internal error, with subclasses that PostgreSQL does not use.
inline constexpr sqlstate replay_unmatched{"XXR01"};     // nothing recorded answers this
inline constexpr sqlstate replay_exhausted{"XXR02"};     // asked for more often than it was recorded
inline constexpr sqlstate replay_copy_differs{"XXR03"};  // what is copied in is not what was recorded
inline constexpr sqlstate replay_damaged{"XXR04"};       // the cassette can't be read, or not in the format asked for

/// What happens behind the last recorded answer of a request.
enum class repeats { last, error };

struct replay_options {
    strictness how = strictness::strict;
    enum repeats repeats = repeats::last;
    double latency = 0;  // times the recorded durations; 0: answers come at once
};

/// A statement that clients have sent, and what is known of it. Made once a text.
struct known_statement {
    std::string shown;  // the beginning of its text, on one line
    std::string sql;    // its beginning, for fault rules
    statement_key key;
    statement_effect effect;
    std::shared_ptr<const statement_facts> facts;  // null: it was never described

    struct lookups;
    std::shared_ptr<lookups> found;  // the replayer's own: which recorded requests its uses are
};

/// A statement with its parameters, as they travelled.
struct replay_request {
    const known_statement& what;
    std::span<const field> parameters;
    /// Where the recorded request is kept once it is found, so that it is looked for only once; or null.
    std::shared_ptr<recorded_entry>* kept = nullptr;
};

/// What one session of a replay has asked for.
struct session_track {
    order_track order;
    match_memory memory;
};

/// What a request is answered with: a recorded answer, or why there is none.
struct found_answer {
    std::shared_ptr<const interaction> owner;  // keeps `what`
    const answer* what = nullptr;
    std::optional<server_message> refusal;
};

/// A cassette that is being replayed to any number of sessions: what has been used of it, and what was asked for in vain.
/// Threads may share one.
class replayer {
public:
    /// Throws error (cassette_errc).
    explicit replayer(const std::filesystem::path& folder, const replay_options& options = {}, fault_rules faults = {});
    replayer(const replayer&) = delete;
    replayer& operator=(const replayer&) = delete;
    ~replayer();

    const cassette& tape() const noexcept;
    const replay_options& options() const noexcept;

    /// Throws error (cassette_errc).
    std::shared_ptr<const known_statement> statement(std::string_view sql);

    /// Where a transaction has failed, only answers with SQLSTATE 25P02 are found; elsewhere all others.
    enum class transaction { healthy, failed };
    /// The next answer, which is used by that. No refusal and no answer: nothing was recorded for a failed transaction, or
    /// the statement is one that the session can model.
    found_answer next(session_track& who, const replay_request& asked, enum transaction state);
    /// What next() would give, without using it: for descriptions. Null: there is none.
    found_answer peek(session_track& who, const replay_request& asked);
    /// The refusal that Parse, Describe or Bind is to be answered with; it is used by that. The first two know no parameters yet.
    found_answer refused_at(session_track& who, const replay_request& asked, enum refused_at where);
    /// What the server said of it or, if it was never asked, what its recorded uses show. Null: nothing is known, or
    /// it has only failed.
    std::shared_ptr<const statement_facts> describe(const known_statement& what);
    /// An answer turned out not to be one: what COPY brings differs, or more rows are wanted. Gives the refusal.
    server_message refuse(const known_statement& what, sqlstate code, std::string message, std::string detail);

    std::optional<fault> next_fault(const known_statement& what);

    drift_report report() const;

private:
    struct content;
    std::unique_ptr<content> content_;
};

}  // namespace howdah::sim
