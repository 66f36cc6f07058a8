#include "howdah/sim/record/recording.hpp"

#include <functional>
#include <utility>

namespace howdah::sim {
namespace {

std::size_t hash_of(const interaction_key& key) {
    const std::hash<std::string_view> hash;
    std::size_t out = hash(key.statement.text);
    const auto add = [&](const std::vector<canonical_value>& values) {
        for (const auto& v : values) out = out * 31 + hash(v.data);
    };
    add(key.parameters);
    add(key.statement.literals);
    return out;
}

}  // namespace

std::shared_ptr<const statement_key> recording::statement(std::string_view sql) {
    std::string text{sql};
    if (const auto known = statements_.find(text); known != statements_.end()) return known->second;
    auto made = std::make_shared<const statement_key>(keys_.of(sql));
    if (text_ + text.size() > most_text) {
        statements_.clear();
        text_ = 0;
    }
    text_ += text.size();
    statements_.emplace(std::move(text), made);
    return made;
}

void recording::hold(const interaction_key& key, const void* session, std::function<void()> record_now) {
    let_go(session);
    const auto hash = hash_of(key);
    if (const auto other = held_keys_.find(hash); other != held_keys_.end()) {
        const auto give_way = holders_.at(other->second).record_now;
        let_go(other->second);
        give_way();
    }
    holders_.emplace(session, holder{hash, std::move(record_now)});
    held_keys_.emplace(hash, session);
}

void recording::let_go(const void* session) {
    const auto found = holders_.find(session);
    if (found == holders_.end()) return;
    held_keys_.erase(found->second.key);
    holders_.erase(found);
}

}  // namespace howdah::sim
