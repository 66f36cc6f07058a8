#include "howdah/sim/replay/replayer.hpp"

#include <algorithm>
#include <ranges>
#include <utility>

#include "howdah/sim/replay/drift_log.hpp"
#include "howdah/sim/replay/recorded_entry.hpp"
#include "howdah/types/oids.hpp"

namespace howdah::sim {
namespace {

constexpr std::size_t most_for_rules = 4'096;  // bytes of it that fault rules look at
constexpr std::size_t most_text = 16 << 20;    // bytes of statements that are kept
constexpr std::size_t most_lookups = 50'000;   // requests that are found by their bytes

/// A request as it came: what has the same bytes is the same request.
std::string as_it_came(std::span<const field> parameters) {
    std::string out;
    const auto add = [&out](const auto& v) { out.append(reinterpret_cast<const char*>(&v), sizeof v); };
    for (const auto& p : parameters) {
        add(p.type);
        add(p.format);
        add(p.is_null ? static_cast<std::size_t>(-1) : p.data.size());
        out += as_text(p.data);
    }
    return out;
}

server_message replay_refusal(sqlstate code, std::string message, std::string detail = {}, std::string hint = {}) {
    server_message out;
    out.severity = "ERROR";
    out.code = code;
    out.message = std::move(message);
    out.detail = std::move(detail);
    out.hint = std::move(hint);
    return out;
}

}  // namespace

using entry = std::shared_ptr<recorded_entry>;

/// By the bytes of a request. Emptied where its generation is not the replayer's.
struct known_statement::lookups {
    std::unordered_map<std::string, entry> entries;
    std::uint64_t generation = 0;
    bool described = false;
    std::shared_ptr<const statement_facts> facts;  // once it was described
};

struct replayer::content {
    content(const std::filesystem::path& folder, const replay_options& o, fault_rules f)
        : tape{folder},
          options{o},
          faults{std::move(f)},
          keys{tape.about(), key_from_environment()},
          by_bytes{tape.about().match.empty()},
          order{tape.order()} {}

    cassette tape;
    replay_options options;
    fault_rules faults;
    request_keys keys;
    bool by_bytes;  // no rule makes a request's answer depend on others

    std::mutex mutex;  // of all below
    order_tracker order;
    drift_log drift;
    std::unordered_map<std::string, std::shared_ptr<const known_statement>> statements;
    std::size_t statement_bytes = 0;
    drift_log::entries entries;
    /// Of keys that may stand for each other: so many, from the first, are used up.
    std::unordered_map<const std::vector<std::string>*, std::size_t> given_of;
    std::size_t looked_up = 0;
    std::uint64_t generation = 0;

    entry entry_of(const std::string& name);
    entry find(const session_track& who, const interaction_key& asked);
    entry find(const session_track& who, const replay_request& asked);
    found_answer take(session_track& who, const replay_request& asked, recorded_entry& from,
                      std::shared_ptr<const interaction> found);
    found_answer repeat(const replay_request& asked, std::shared_ptr<const interaction> found);
    found_answer refuse(const replay_request& asked, sqlstate code, std::string message);
    std::shared_ptr<const statement_facts> facts_of_uses(const known_statement& what) const;
};

entry replayer::content::entry_of(const std::string& name) {
    auto& kept = entries[name];
    if (kept) return kept;
    if (const auto found = tape.load(name)) kept = std::make_shared<recorded_entry>(found);
    return kept;
}

/// Of several that match rules allow, the first that has an answer left; else the last.
entry replayer::content::find(const session_track& who, const interaction_key& asked) {
    if (tape.contains(asked)) return entry_of(asked.name());
    const auto* all = tape.stand_ins(asked);
    if (all == nullptr) return nullptr;
    auto& given = given_of[all];
    for (auto i = given; i < all->size(); ++i) {
        auto one = entry_of((*all)[i]);
        if (!one || one->used() >= one->recorded()) {
            if (i == given) ++given;
        } else if (tape.may_answer((*all)[i], asked, &who.memory)) {
            return one;
        }
    }
    const auto last = std::ranges::find_if(std::views::reverse(*all),
                                           [&](const auto& name) { return tape.may_answer(name, asked, &who.memory); });
    return last == all->rend() ? nullptr : entry_of(*last);
}

entry replayer::content::find(const session_track& who, const replay_request& asked) {
    if (!by_bytes) return find(who, keys.of(asked.what.key, asked.parameters));
    if (asked.kept != nullptr && *asked.kept) return *asked.kept;
    auto& known = *asked.what.found;
    if (known.generation != generation) {
        known.entries.clear();
        known.generation = generation;
    }
    auto came = as_it_came(asked.parameters);
    if (const auto found = known.entries.find(came); found != known.entries.end()) {
        if (asked.kept != nullptr) *asked.kept = found->second;
        return found->second;
    }
    auto made = find(who, keys.of(asked.what.key, asked.parameters));
    if (++looked_up > most_lookups) {
        looked_up = 0;
        known.generation = ++generation;
        known.entries.clear();
    }
    known.entries.emplace(std::move(came), made);
    if (asked.kept != nullptr) *asked.kept = made;
    return made;
}

found_answer replayer::content::take(session_track& who, const replay_request& asked, recorded_entry& from,
                                     std::shared_ptr<const interaction> found) {
    if (!by_bytes) tape.learn(found->key, keys.of(asked.what.key, asked.parameters), who.memory);
    ++drift.counts.answered;
    const auto* what = from.current(*found);
    from.advance(*found);
    if (const auto before = order.follow(who.order, from.name())) {
        const auto other = tape.load(*before);
        drift.misplaced(shown_key(found->key), other ? shown_key(other->key) : shown_request{std::string{*before}, {}});
    }
    return {.owner = std::move(found), .what = what, .refusal = {}};
}

found_answer replayer::content::refuse(const replay_request& asked, sqlstate code, std::string message) {
    const auto key = keys.of(asked.what.key, asked.parameters);
    const auto& why = drift.unmatched({.statement = asked.what.shown, .parameters = shown_parameters(key.parameters)},
                                      [&] { return why_unmatched(tape, key); });
    auto detail = "asked for: " + asked.what.shown;
    if (!key.parameters.empty()) detail += "  [" + shown_parameters(key.parameters) + ']';
    return {.owner = nullptr,
            .what = nullptr,
            .refusal =
                replay_refusal(code, std::move(message), detail + '\n' + why,
                               "Record again, or add a match rule to the manifest of " + tape.folder().string() + '.')};
}

found_answer replayer::content::repeat(const replay_request& asked, std::shared_ptr<const interaction> found) {
    const auto* last = recorded_entry::last(*found);
    if (last == nullptr)
        return refuse(asked, replay_unmatched, "replay: this was recorded only where its session was not ready for it");
    if (options.repeats == repeats::error)
        return refuse(
            asked, replay_exhausted,
            "replay: this was recorded " + std::to_string(found->use_count()) + " times, and is asked for again");
    ++drift.counts.answered;
    ++drift.counts.repeated;
    return {.owner = std::move(found), .what = last, .refusal = {}};
}

std::shared_ptr<const statement_facts> replayer::content::facts_of_uses(const known_statement& what) const {
    if (what.effect.can_be_modelled()) return std::make_shared<const statement_facts>();
    for (const auto& [found, differences] : tape.nearest({.statement = what.key, .parameters = {}}, 1)) {
        if (found->key.statement != what.key) break;
        auto out = what.facts ? *what.facts : statement_facts{};
        bool succeeded = what.facts != nullptr;
        out.parameters.resize(std::max(out.parameters.size(), found->key.parameters.size()), oids::text);
        for (const auto& use : found->uses) {
            succeeded = succeeded || !use.given.error;
            for (const auto& result : use.given.results)
                if (result.columns && !out.columns) out.columns = result.columns;
        }
        if (!succeeded && !out.columns) return nullptr;
        return std::make_shared<const statement_facts>(std::move(out));
    }
    return what.facts;
}

replayer::replayer(const std::filesystem::path& folder, const replay_options& options, fault_rules faults)
    : content_{std::make_unique<content>(folder, options, std::move(faults))} {}

replayer::~replayer() = default;

const cassette& replayer::tape() const noexcept { return content_->tape; }
const replay_options& replayer::options() const noexcept { return content_->options; }

std::shared_ptr<const known_statement> replayer::statement(std::string_view sql) {
    auto& c = *content_;
    std::string text{sql};
    {
        const std::scoped_lock lock{c.mutex};
        if (const auto known = c.statements.find(text); known != c.statements.end()) return known->second;
    }
    auto made = std::make_shared<known_statement>();
    made->shown = one_line(sql, most_shown);
    made->sql = sql.substr(0, most_for_rules);
    made->key = c.keys.of(sql);
    made->effect = effect_of(sql);
    made->facts = c.tape.facts(made->key);
    made->found = std::make_shared<known_statement::lookups>();
    const std::scoped_lock lock{c.mutex};
    if (c.statement_bytes + text.size() > most_text) {
        c.statements.clear();
        c.statement_bytes = 0;
    }
    c.statement_bytes += text.size();
    return c.statements.insert_or_assign(std::move(text), std::move(made)).first->second;
}

found_answer replayer::next(session_track& who, const replay_request& asked, enum transaction state) {
    auto& c = *content_;
    const std::scoped_lock lock{c.mutex};
    ++c.drift.counts.requests;
    const auto from = c.find(who, asked);
    if (!from) {
        if (asked.what.effect.can_be_modelled() || state == transaction::failed) {
            ++c.drift.counts.modelled;
            if (c.options.how == strictness::loose || state == transaction::failed) return {};
        }
        auto refused = c.refuse(asked, replay_unmatched, "replay: nothing recorded answers this request");
        return asked.what.effect.can_be_modelled() ? found_answer{} : refused;
    }
    auto found = from->load(c.tape);
    if (state == transaction::failed) {
        const auto* current = from->current(*found);
        if (current != nullptr && refused_in_failed_transaction(*current))
            return c.take(who, asked, *from, std::move(found));
        return {};
    }
    from->skip_refused_for_session(*found);
    if (from->current(*found) != nullptr) return c.take(who, asked, *from, std::move(found));
    return c.repeat(asked, std::move(found));
}

found_answer replayer::peek(session_track& who, const replay_request& asked) {
    auto& c = *content_;
    const std::scoped_lock lock{c.mutex};
    const auto from = c.find(who, asked);
    if (!from) return {};
    auto found = from->load(c.tape);
    from->skip_refused_for_session(*found);
    const auto* current = from->current(*found);
    if (current == nullptr) current = recorded_entry::last(*found);
    return {.owner = std::move(found), .what = current, .refusal = {}};
}

found_answer replayer::refused_at(session_track& who, const replay_request& asked, enum refused_at where) {
    auto& c = *content_;
    const std::scoped_lock lock{c.mutex};
    const auto from = c.find(who, asked);
    if (!from) return {};
    auto found = from->load(c.tape);
    from->skip_refused_for_session(*found);
    const auto* current = from->current(*found);
    const auto refuses = [where](const answer& a) { return a.error && a.where == where; };
    // Without its parameters, a request does not tell whether the refusal was before or after it was done with them.
    const bool sure = where == sim::refused_at::bind;
    if (current == nullptr) {
        const auto* last = recorded_entry::last(*found);
        if (last == nullptr || !refuses(*last) || (!sure && asked.what.facts != nullptr)) return {};
        ++c.drift.counts.requests;
        return c.repeat(asked, std::move(found));
    }
    if (!refuses(*current) || (!sure && c.order.comes_next(who.order, from->name()) == false)) return {};
    ++c.drift.counts.requests;
    return c.take(who, asked, *from, std::move(found));
}

std::shared_ptr<const statement_facts> replayer::describe(const known_statement& what) {
    auto& c = *content_;
    if (what.facts && what.facts->columns) return what.facts;
    const std::scoped_lock lock{c.mutex};
    auto& known = *what.found;
    if (!std::exchange(known.described, true)) known.facts = c.facts_of_uses(what);
    return known.facts;
}

server_message replayer::refuse(const known_statement& what, sqlstate code, std::string message, std::string detail) {
    auto& c = *content_;
    const std::scoped_lock lock{c.mutex};
    c.drift.unmatched({.statement = what.shown, .parameters = {}}, [&] { return message + ": " + detail; });
    return replay_refusal(code, std::move(message), std::move(detail));
}

std::optional<fault> replayer::next_fault(const known_statement& what) {
    auto& c = *content_;
    if (c.faults.empty()) return std::nullopt;
    auto out = c.faults.next(what.sql, what.key.fingerprint);
    if (!out) return out;
    const std::scoped_lock lock{c.mutex};
    ++c.drift.counts.faults;
    return out;
}

drift_report replayer::report() const {
    auto& c = *content_;
    const std::scoped_lock lock{c.mutex};
    return c.drift.finish(c.tape, c.entries);
}

}  // namespace howdah::sim
