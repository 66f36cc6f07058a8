#include "howdah/observe/statement_rules.hpp"

#include <algorithm>

#include "howdah/base/error.hpp"
#include "howdah/observe/statement_commands.hpp"

namespace howdah {
namespace {

std::string lower(std::string_view word) {
    std::string out{word};
    std::ranges::transform(out, out.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return out;
}

error refuse(const std::string& what) {
    return error{errc::refused_by_observer, what + " is not allowed by the statement_rules of this connection"};
}

}  // namespace

statement_rules& statement_rules::allow(std::initializer_list<std::string_view> commands) {
    for (const auto c : commands) allowed_.insert(lower(c));
    return *this;
}

statement_rules& statement_rules::deny(std::initializer_list<std::string_view> commands) {
    for (const auto c : commands) denied_.insert(lower(c));
    return *this;
}

statement_rules& statement_rules::deny_ddl() {
    return deny({"create", "alter", "drop", "truncate", "comment", "grant", "revoke", "reindex", "cluster", "security",
                 "import", "select into"});
}

statement_rules& statement_rules::deny_scripts() {
    scripts_ = false;
    return *this;
}

statement_rules& statement_rules::deny_writes() {
    return deny_ddl().deny({"insert", "update", "delete", "merge", "copy from", "copy program", "copy file", "call"});
}

bool statement_rules::may_run(std::string_view command) const {
    if (command == "do" && !denied_.empty() && allowed_.empty()) return false;
    if (denied_.contains(command)) return false;
    const bool is_copy = command == "copy from" || command == "copy to";
    return allowed_.empty() || allowed_.contains(command) || (is_copy && allowed_.contains("copy"));
}

std::optional<error> statement_rules::objection(const query_start_event& e) {
    if (e.statement == "begin" || e.statement == "commit" || e.statement == "rollback") return std::nullopt;
    const auto commands = commands_of(e.statement);
    if (!scripts_ && commands.statements > 1) return refuse("a text of several statements");
    for (const auto& name : commands.names)
        if (!may_run(name)) return refuse(name);
    return std::nullopt;
}

}  // namespace howdah
