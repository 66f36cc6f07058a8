#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "howdah/base/generated/sqlstates.hpp"
#include "howdah/sim/cassette.hpp"
#include "howdah/sim/interaction.hpp"

namespace howdah::sim {

/// The server refused it because its transaction had failed before: that says nothing of the statement.
inline bool refused_in_failed_transaction(const answer& a) noexcept {
    return a.error && a.error->code == in_failed_sql_transaction;
}

/// It says something of the session that asked, not of the statement: the replay knows by itself when to say it.
inline bool refused_for_its_session(const answer& a) noexcept {
    const bool unprepared = a.error && a.where == refused_at::bind && a.error->code == invalid_sql_statement_name;
    return unprepared || refused_in_failed_transaction(a);
}

/// A recorded request, and how many of its answers have been given. The answers themselves stay the cassette's, which
/// forgets them when it has no room for more.
class recorded_entry {
public:
    explicit recorded_entry(const std::shared_ptr<const interaction>& found);

    const std::string& name() const noexcept { return name_; }
    std::uint64_t recorded() const noexcept { return recorded_; }
    std::uint64_t used() const noexcept { return used_; }
    /// Throws error (cassette_errc).
    std::shared_ptr<const interaction> load(const cassette& from);

    // `found` is what load() gives.

    /// The next answer; nullptr behind the last.
    const answer* current(const interaction& found) const noexcept;
    /// It is used.
    void advance(const interaction& found) noexcept;
    /// Answers that were refused for their session are passed over.
    void skip_refused_for_session(const interaction& found) noexcept;
    /// The last one that was not refused for its session; nullptr: there is none.
    static const answer* last(const interaction& found) noexcept;

private:
    std::string name_;
    std::weak_ptr<const interaction> found_;
    std::uint64_t recorded_, used_ = 0;
    std::size_t use_ = 0;         // place of the current one among the interaction's uses
    std::uint64_t repeated_ = 0;  // how many times that has been given
};

}  // namespace howdah::sim
