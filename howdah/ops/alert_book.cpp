#include "howdah/ops/alert_book.hpp"

namespace howdah {

std::string_view to_string(alert_kind k) noexcept {
    switch (k) {
        case alert_kind::pool_exhausted: return "pool_exhausted";
        case alert_kind::node_down: return "node_down";
        case alert_kind::no_primary: return "no_primary";
        case alert_kind::replica_lag: return "replica_lag";
        case alert_kind::failover: return "failover";
        case alert_kind::authentication_failing: return "authentication_failing";
        case alert_kind::lock_waits: return "lock_waits";
        case alert_kind::certificate_expiry: return "certificate_expiry";
        case alert_kind::credential_expiry: return "credential_expiry";
    }
    return "";
}

std::string_view to_string(alert_state s) noexcept {
    switch (s) {
        case alert_state::raised: return "raised";
        case alert_state::still: return "still";
        case alert_state::cleared: return "cleared";
    }
    return "";
}

namespace ops {
namespace {

constexpr std::size_t longest_subject = 200, longest_words = 1'000;

alert alert_of(const std::pair<alert_kind, std::string>& key, alert_state state, const std::string& words,
               alert_book::time_point since, std::uint64_t occurrences) {
    return {.kind = key.first,
            .state = state,
            .subject = key.second,
            .words = words,
            .since = since,
            .occurrences = occurrences};
}

std::string shortened(std::string words) {
    if (words.size() > longest_words) words.resize(longest_words);
    return words;
}

}  // namespace

alert_book::entry* alert_book::entry_of(alert_kind kind, std::string_view subject, time_point now) {
    key k{kind, subject.substr(0, longest_subject)};
    if (const auto found = entries_.find(k); found != entries_.end()) return &found->second;
    if (entries_.size() >= most_) {
        ++dropped_;
        return nullptr;
    }
    return &entries_.emplace(std::move(k), entry{.words = {}, .first = now, .last = now, .raised = {}, .told = {}})
                .first->second;
}

void alert_book::saw(alert_kind kind, std::string_view subject, std::string words, time_point now) {
    auto* e = entry_of(kind, subject, now);
    if (e == nullptr) return;
    if (!e->raised && now - e->first > rule_of(kind).within) {
        e->first = now;
        e->count = e->recent = 0;
    }
    ++e->count;
    ++e->recent;
    e->last = now;
    e->words = shortened(std::move(words));
}

void alert_book::is(alert_kind kind, std::string_view subject, bool so, std::string words, time_point now) {
    if (!so) {
        const auto found = entries_.find(key{kind, subject.substr(0, longest_subject)});
        if (found == entries_.end() || !found->second.lasts) return;
        found->second.lasts = false;
        found->second.last = now;
        return;
    }
    auto* e = entry_of(kind, subject, now);
    if (e == nullptr) return;
    if (!e->lasts) {
        if (!e->raised) e->first = now;
        ++e->count;
    }
    e->lasts = true;
    e->last = now;
    e->words = shortened(std::move(words));
}

std::optional<alert_state> alert_book::change_of(const key& k, entry& e, time_point now) const {
    const auto& rule = rule_of(k.first);
    if (e.raised) {
        if (!e.lasts && now - e.last >= rule.clear_after) return alert_state::cleared;
        if (now - *e.told < repeat_) return std::nullopt;
        e.told = now;
        return alert_state::still;
    }
    if (e.lasts ? now - e.first < rule.held : e.recent < rule.occurrences) return std::nullopt;
    e.raised = e.told = now;
    return alert_state::raised;
}

std::vector<alert> alert_book::look(time_point now) {
    std::vector<alert> out;
    for (auto at = entries_.begin(); at != entries_.end();) {
        auto& e = at->second;
        const auto change = change_of(at->first, e, now);
        if (change) out.push_back(alert_of(at->first, *change, e.words, e.first, e.count));
        const bool forgotten = e.recent == 0 || now - e.first > rule_of(at->first.first).within;
        const bool gone = change == alert_state::cleared || (!e.raised && !e.lasts && forgotten);
        at = gone ? entries_.erase(at) : std::next(at);
    }
    return out;
}

std::vector<alert> alert_book::raised() const {
    std::vector<alert> out;
    for (const auto& [k, e] : entries_)
        if (e.raised) out.push_back(alert_of(k, alert_state::still, e.words, e.first, e.count));
    return out;
}

}  // namespace ops
}  // namespace howdah
