#pragma once

#include <cstdint>

#include "howdah/cluster/routed_call.hpp"
#include "howdah/cluster/session_state.hpp"
#include "howdah/cluster/session_steps.hpp"
#include "howdah/cluster/switchboard.hpp"
#include "howdah/sql/transaction_options.hpp"

namespace howdah::clustering {

/// Which nodes a handle's calls go to.
enum class destination : std::uint8_t {
    by_statement,  // reads where they are wanted, all else to the primary
    primary,
    replica,  // whatever the statement
};

/// Where a handle's calls go, and what its session must see: what the targets of both drivers have in common.
struct itinerary {
    routing how{};
    destination to = destination::by_statement;
    std::shared_ptr<session_state> session{};  // null: none

    routed_call::kind kind_of(const switchboard& board, const statement_text& text) const noexcept {
        return to == destination::by_statement ? board.kind_of(text) : kind_of_others();
    }
    /// Of what is no single statement.
    routed_call::kind kind_of_others() const noexcept {
        return to == destination::replica ? routed_call::kind::bound : routed_call::kind::write;
    }
    routed_call::kind kind_of(const transaction_options& o) const noexcept {
        const bool reads = to == destination::by_statement && o.access == access_mode::read_only;
        return reads ? routed_call::kind::read : kind_of_others();
    }
};

/// A call of a handle, from its question to its end: in the frame of its caller. What both drivers have in common.
class crossing_base {
public:
    crossing_base(const crossing_base&) = delete;
    crossing_base& operator=(const crossing_base&) = delete;

    /// It has a node. Throws, if there will be none.
    bool found() { return way_.next() == routed_call::step::run; }
    void succeeded() noexcept { way_.succeeded(); }
    /// Throws the error, where it is the caller's; else the next node is due.
    void failed(const error& e);
    /// Where another run is out of the question.
    void ended(const error& e) noexcept;

    // In a session.

    session_question question() const;
    /// What must have been replayed, for session_question::replayed.
    wal_position past() const noexcept { return past_ ? past_->past : wal_position{}; }
    /// It has written, and `where` is behind that; nullopt: not known.
    void wrote(const std::optional<wal_position>& where) const;

protected:
    /// `what` is for observers; all of these live as long as this.
    crossing_base(switchboard& board, const itinerary& by, routed_call::kind kind, std::string_view what,
                  std::chrono::milliseconds timeout);
    ~crossing_base() = default;

    const passage& way() const noexcept { return way_; }

private:
    wish wish_of(const itinerary& by) const;
    void doubt(const error& e) const;

    switchboard& board_;
    session_state* session_;
    std::string_view what_;
    std::optional<session_point> past_;
    passage way_;
};

}  // namespace howdah::clustering
