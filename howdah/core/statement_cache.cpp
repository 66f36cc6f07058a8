#include "howdah/core/statement_cache.hpp"

#include <iterator>

namespace howdah::core {

std::shared_ptr<prepared> statement_cache::find(std::string_view text, std::uint64_t hash) {
    if (!used_.empty()) {  // the last one again
        const auto& p = used_.front();
        if (p->hash == hash && p->state != prepared::state::gone && p->text == text) return p;
    }
    const auto [first, last] = by_hash_.equal_range(hash);
    for (auto i = first; i != last; ++i) {
        if ((*i->second)->text != text) continue;
        if ((*i->second)->state == prepared::state::gone) {
            drop(i->second);
            return nullptr;
        }
        used_.splice(used_.begin(), used_, i->second);
        return *i->second;
    }
    return nullptr;
}

std::shared_ptr<prepared> statement_cache::insert(std::string_view text, std::uint64_t hash) {
    auto p = std::make_shared<prepared>();
    p->text = text;
    p->hash = hash;
    if (naming_ == naming::named) p->name = name_prefix_ + std::to_string(next_name_++);
    used_.push_front(p);
    by_hash_.emplace(hash, used_.begin());
    bytes_ += p->bytes();
    while (used_.size() > 1 && (used_.size() > options_.entries || bytes_ > options_.bytes))
        drop(std::prev(used_.end()));
    return p;
}

void statement_cache::erase(const std::shared_ptr<prepared>& p) {
    const auto [first, last] = by_hash_.equal_range(p->hash);
    for (auto i = first; i != last; ++i)
        if (*i->second == p) return drop(i->second);
}

void statement_cache::give_back_closed(std::vector<std::string> names) {
    closed_.insert(closed_.end(), std::make_move_iterator(names.begin()), std::make_move_iterator(names.end()));
}

void statement_cache::drop(order::iterator at) {
    auto& p = **at;
    p.state = prepared::state::gone;
    bytes_ -= p.bytes();
    if (!p.name.empty()) closed_.push_back(p.name);  // closing a name that does not exist is no error
    const auto [first, last] = by_hash_.equal_range(p.hash);
    for (auto i = first; i != last; ++i)
        if (i->second == at) {
            by_hash_.erase(i);
            break;
        }
    used_.erase(at);
}

}  // namespace howdah::core
