#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace howdah::sim {

/// What one statement does to the session that runs it, beside its answer.
struct statement_effect {
    enum class kind : std::uint8_t {
        none,
        begin,
        commit,
        rollback,
        savepoint,
        release,
        rollback_to,
        prepare_transaction,
        set,         // SET, SET SESSION: `name` and `value`
        set_local,   // SET LOCAL, SET TRANSACTION
        reset,       // RESET `name`, or all
        discard,     // DISCARD ...
        deallocate,  // `name`, or all if that is empty
        listen,      // LISTEN, UNLISTEN
        empty,       // no statement at all
        several,     // more than one statement: only their answers tell
    };
    kind what = kind::none;
    bool chains = false;          // COMMIT AND CHAIN, ROLLBACK AND CHAIN: a new transaction begins at once
    std::string name{}, value{};  // of SET; of the savepoint; of the statement
    bool leaves_failed = false;   // it ends a failed transaction, or its failed part; of several statements the first

    bool controls_transaction() const noexcept { return what != kind::none && what <= kind::prepare_transaction; }
    /// The session's own affair: a replay can answer it without a recording.
    bool can_be_modelled() const noexcept { return what != kind::none && what != kind::several; }
};

/// Reads the leading words of a statement.
statement_effect effect_of(std::string_view sql);

/// The tag that the server ends it with, when it is modelled: "BEGIN", "SET".
std::string tag_of(const statement_effect& effect);

}  // namespace howdah::sim
