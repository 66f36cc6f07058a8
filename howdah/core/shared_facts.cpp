#include "howdah/core/shared_facts.hpp"

#include <iterator>
#include <utility>

namespace howdah::core {

std::size_t shared_facts::entry::bytes() const noexcept {
    return sizeof *this + text.size() + sizeof *facts + facts->parameters.size() * sizeof(oid) +
           facts->columns.size() * sizeof(column);
}

std::shared_ptr<const statement_facts> shared_facts::find(std::string_view text) {
    const std::scoped_lock lock{mutex_};
    const auto found = by_text_.find(text);
    if (found == by_text_.end()) return nullptr;
    used_.splice(used_.begin(), used_, found->second);
    return found->second->facts;
}

void shared_facts::keep(std::string_view text, std::shared_ptr<const statement_facts> facts) {
    const std::scoped_lock lock{mutex_};
    if (const auto found = by_text_.find(text); found != by_text_.end()) drop(found->second);
    used_.push_front({.text = std::string{text}, .facts = std::move(facts)});
    by_text_.emplace(used_.front().text, used_.begin());
    bytes_ += used_.front().bytes();
    while (!used_.empty() && (used_.size() > most_ || bytes_ > most_bytes_)) drop(std::prev(used_.end()));
}

void shared_facts::forget(std::string_view text) {
    const std::scoped_lock lock{mutex_};
    if (const auto found = by_text_.find(text); found != by_text_.end()) drop(found->second);
}

std::size_t shared_facts::size() const {
    const std::scoped_lock lock{mutex_};
    return used_.size();
}

void shared_facts::drop(order::iterator at) {
    bytes_ -= at->bytes();
    by_text_.erase(at->text);
    used_.erase(at);
}

}  // namespace howdah::core
