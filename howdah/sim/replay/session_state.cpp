#include "howdah/sim/replay/session_state.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "howdah/types/scanner.hpp"

namespace howdah::sim {
using wire::transaction_status;

bool parameter_order::operator()(std::string_view a, std::string_view b) const noexcept {
    return std::ranges::lexicographical_compare(a, b, [](char x, char y) { return types::lower(x) < types::lower(y); });
}

session_state::session_state(session_parameters reported)
    : now_{std::make_shared<const session_parameters>(std::move(reported))}, initial_{now_} {}

void session_state::fail() noexcept {
    if (status_ == transaction_status::in_transaction) status_ = transaction_status::failed;
}

void session_state::begin() {
    status_ = transaction_status::in_transaction;
    savepoints_.assign(1, {.name = {}, .parameters = now_});
    behind_locals_.reset();
}

void session_state::end() {
    status_ = transaction_status::idle;
    savepoints_.clear();
    if (behind_locals_) restore(std::exchange(behind_locals_, nullptr));
}

void session_state::restore(const snapshot& before) {
    for (const auto& [name, value] : *before) {
        const auto current = now_->find(name);
        if (current == now_->end() || current->second != value) changes_.push_back(name);
    }
    now_ = before;
}

void session_state::change(std::string_view name, const std::string& value) {
    const auto reported = now_->find(name);
    if (reported == now_->end() || reported->second == value) return;
    auto next = *now_;
    next.find(name)->second = value;
    now_ = std::make_shared<const session_parameters>(std::move(next));
    changes_.push_back(reported->first);
}

std::vector<session_state::savepoint>::iterator session_state::find(std::string_view name) {
    const auto found = std::ranges::find(savepoints_.rbegin(), savepoints_.rend(), name, &savepoint::name);
    return found == savepoints_.rend() ? savepoints_.end() : std::prev(found.base());
}

void session_state::apply(const statement_effect& effect) {
    using kind = statement_effect::kind;
    const bool inside = status_ != transaction_status::idle;
    switch (effect.what) {
        case kind::none:
        case kind::empty:
        case kind::listen:
        case kind::deallocate:
        case kind::several: return;
        case kind::begin:
            if (!inside) begin();
            return;
        case kind::commit:
        case kind::rollback:
        case kind::prepare_transaction:
            if (inside && (failed() || effect.what == kind::rollback)) {
                behind_locals_.reset();
                restore(snapshot{savepoints_.front().parameters});
            }
            if (inside) end();
            if (inside && effect.chains) begin();
            return;
        case kind::savepoint:
            if (inside) savepoints_.push_back({.name = effect.name, .parameters = now_});
            return;
        case kind::release:
            if (const auto at = find(effect.name); at != savepoints_.end()) savepoints_.erase(at, savepoints_.end());
            return;
        case kind::rollback_to:
            if (const auto at = find(effect.name); at != savepoints_.end()) {
                restore(at->parameters);
                savepoints_.erase(std::next(at), savepoints_.end());
                status_ = transaction_status::in_transaction;
            }
            return;
        case kind::set: return change(effect.name, effect.value);
        case kind::set_local:
            if (inside && !behind_locals_) behind_locals_ = now_;
            if (inside) change(effect.name, effect.value);
            return;
        case kind::reset:
            if (effect.name.empty()) return restore(initial_);
            if (const auto first = initial_->find(effect.name); first != initial_->end())
                change(effect.name, first->second);
            return;
        case kind::discard:
            if (effect.name == "all") restore(initial_);
            return;
    }
}

void session_state::set_status(transaction_status status) {
    if (status == status_) return;
    const bool was_inside = status_ != transaction_status::idle;
    if (status == transaction_status::idle) end();
    else if (!was_inside) begin();
    status_ = status;
}

void session_state::report(std::string_view name, std::string_view value) {
    auto next = *now_;
    next.insert_or_assign(std::string{name}, std::string{value});
    now_ = std::make_shared<const session_parameters>(std::move(next));
}

std::vector<std::string> session_state::take_changes() {
    std::ranges::sort(changes_);
    const auto [first, last] = std::ranges::unique(changes_);
    changes_.erase(first, last);
    return std::exchange(changes_, {});
}

}  // namespace howdah::sim
