#include "howdah/core/transaction_state.hpp"

#include <algorithm>

#include "howdah/sql/identifier.hpp"

namespace howdah::core {

void transaction_state::created(std::string name) {
    savepoints_.push_back({.name = std::move(name), .created_at = std::chrono::system_clock::now()});
}

// The last of that name: an older one is hidden behind it.
void transaction_state::ended(std::string_view name) noexcept {
    const auto found = std::ranges::find(savepoints_.rbegin(), savepoints_.rend(), name, &savepoint_info::name);
    if (found != savepoints_.rend()) savepoints_.erase(std::prev(found.base()), savepoints_.end());
}

bool transaction_state::has(std::string_view name) const noexcept {
    return std::ranges::find(savepoints_, name, &savepoint_info::name) != savepoints_.end();
}

std::string savepoint_statement(std::string_view name) { return "savepoint " + quoted_identifier(name); }
std::string release_statement(std::string_view name) { return "release savepoint " + quoted_identifier(name); }
std::string rollback_to_statement(std::string_view name) { return "rollback to savepoint " + quoted_identifier(name); }

std::string set_constraints_statement(constraint_check when, std::span<const std::string_view> names) {
    std::string out = "set constraints ";
    if (names.empty()) out += "all";
    for (std::size_t i = 0; i < names.size(); ++i) (out += i == 0 ? "" : ", ") += quoted_identifier(names[i]);
    return out += when == constraint_check::deferred ? " deferred" : " immediate";
}

error commit_failure(const error& e, const transaction_state& of) {
    error out{e};
    if (of.id && e.fate() == fate::commit_unknown) out.with_transaction_id(*of.id);
    return out;
}

}  // namespace howdah::core
