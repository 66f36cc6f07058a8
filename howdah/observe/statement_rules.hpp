#pragma once

#include <initializer_list>
#include <set>
#include <string>
#include <string_view>

#include "howdah/observe/observer.hpp"

namespace howdah {

/// Keeps statements from being sent by what they do: "drop", "delete", "copy program". What a WITH changes, what EXPLAIN
/// ANALYZE runs, and each statement of a script count like any other (statement_commands). An observer, so that it holds for
/// whatever it is given to; its objection is errc::refused_by_observer. What functions and procedures do is not looked at: it
/// keeps programs from mistakes, while the server's privileges keep users from harm. Transactions of the library's own
/// (begin, commit, rollback) are let through. Set it up before it is shared.
class statement_rules final : public observer {
public:
    /// Only these, from now on. "copy" is "copy from" and "copy to"; "copy program", "copy file" and "select into" have to be
    /// named.
    statement_rules& allow(std::initializer_list<std::string_view> commands);
    /// All but these, and not DO, whose code nobody looks at.
    statement_rules& deny(std::initializer_list<std::string_view> commands);
    /// CREATE, ALTER, DROP, TRUNCATE, COMMENT, GRANT, REVOKE, REINDEX, CLUSTER, SECURITY LABEL, IMPORT FOREIGN SCHEMA, SELECT
    /// INTO.
    statement_rules& deny_ddl();
    /// That, and INSERT, UPDATE, DELETE, MERGE, CALL, COPY FROM, and COPY with a file or a program of the server's.
    statement_rules& deny_writes();
    /// No text of several statements.
    statement_rules& deny_scripts();

    std::optional<error> objection(const query_start_event& e) override;

private:
    bool may_run(std::string_view command) const;

    std::set<std::string, std::less<>> allowed_, denied_;
    bool scripts_ = true;
};

}  // namespace howdah
