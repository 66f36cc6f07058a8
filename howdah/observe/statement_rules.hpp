#pragma once

#include <initializer_list>
#include <set>
#include <string>
#include <string_view>

#include "howdah/observe/observer.hpp"

namespace howdah {

/// Keeps statements from being sent by their leading keyword: "drop", "truncate". An observer, so that it holds for whatever it
/// is given to; its objection is errc::refused_by_observer. What a WITH, an EXPLAIN, a DO or a function does inside is not
/// looked at: it keeps programs from mistakes, while the server's privileges keep users from harm. Transactions of the
/// library's own (begin, commit, rollback) are let through. Set it up before it is shared.
class statement_rules final : public observer {
public:
    /// Only these, from now on.
    statement_rules& allow(std::initializer_list<std::string_view> keywords);
    /// All but these.
    statement_rules& deny(std::initializer_list<std::string_view> keywords);
    /// CREATE, ALTER, DROP, TRUNCATE, COMMENT, GRANT, REVOKE, REINDEX, CLUSTER, SECURITY LABEL, IMPORT FOREIGN SCHEMA.
    statement_rules& deny_ddl();
    /// No text of several statements.
    statement_rules& deny_scripts();

    std::optional<error> objection(const query_start_event& e) override;

private:
    bool may_run(std::string_view keyword) const;

    std::set<std::string, std::less<>> allowed_, denied_;
    bool scripts_ = true;
};

}  // namespace howdah
