#include "howdah/sim/cassette.hpp"

#include <algorithm>
#include <limits>
#include <mutex>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>

#include "howdah/base/error.hpp"
#include "howdah/sim/detail/bounded_cache.hpp"
#include "howdah/sim/detail/difference.hpp"
#include "howdah/sim/detail/folder.hpp"
#include "howdah/sim/detail/interaction_json.hpp"
#include "howdah/sim/detail/journal.hpp"
#include "howdah/sim/detail/matcher.hpp"
#include "howdah/sim/detail/names.hpp"

namespace howdah::sim {
namespace {

// What a file's content takes in memory once it is read, for each of its bytes: about.
constexpr std::size_t growth = 4;
// So many recorded keys are looked at to find the nearest ones.
constexpr std::size_t most_compared = 500;

manifest manifest_of(const std::filesystem::path& folder, const cassette_limits& limits) {
    require_one_cassette(folder);
    const auto path = folder / manifest_file;
    const auto text = read_file(path, limits.file_bytes);
    if (!text)
        throw error{error{cassette_errc::missing,
                          path.string() + ": it is not there. Record one (howdah record), or name its folder; "
                                          "one that lost its manifest gets it back from git"}};
    return read_manifest(*text, path.string());
}

}  // namespace

struct cassette::content {
    content(std::filesystem::path where, cassette_limits bounds)
        : folder{std::move(where)},
          limits{bounds},
          about{manifest_of(folder, limits)},
          names{names_in(folder / interactions_folder)},
          rules{about.match, (folder / manifest_file).string()},
          interactions{limits.cached_bytes},
          statements{limits.cached_bytes / 4} {}

    std::shared_ptr<const interaction> load(std::string_view name) {
        if (auto kept = interactions.find(name)) return kept;
        if (!is_interaction_name(name)) return nullptr;
        const auto path = (folder / file_of(interactions_folder, name)).string();
        const auto text = read_file(path, limits.file_bytes);
        if (!text) return nullptr;
        auto read = std::make_shared<interaction>(read_interaction(*text, path));
        if (read->key.name() != name)
            throw error{error{cassette_errc::edited, path + ": its name is not the one of what is in it"}};
        add_timings(*read, std::string{name});
        interactions.insert(std::string{name}, read, text->size() * growth);
        return read;
    }

    void add_timings(interaction& one, const std::string& name) {
        if (!timings) {
            const auto path = folder / timings_file;
            const auto text = read_file(path, limits.file_bytes);
            timings = text ? read_timings(*text, path.string()) : timing_table{};
        }
        const auto found = timings->find(name);
        if (found == timings->end()) return;
        constexpr std::uint64_t most = std::numeric_limits<std::int32_t>::max();  // half an hour
        for (std::size_t i = 0; i < std::min(one.uses.size(), found->second.size()); ++i)
            one.uses[i].given.duration = std::chrono::microseconds{std::min(found->second[i], most)};
    }

    std::shared_ptr<const statement_facts> facts(const statement_key& statement) {
        const auto name = name_of(statement);
        if (auto kept = statements.find(name)) return kept;
        const auto path = (folder / file_of(statements_folder, name)).string();
        const auto text = read_file(path, limits.file_bytes);
        if (!text) return nullptr;
        auto read = read_facts(*text, path);
        if (read.statement != statement)
            throw error{error{cassette_errc::edited, path + ": its name is not the one of what is in it"}};
        auto out = std::make_shared<statement_facts>(std::move(read.facts));
        statements.insert(name, out, text->size() * growth);
        return out;
    }

    std::vector<oid> types_of(const statement_key& statement) {
        const auto known = facts(statement);
        return known ? known->parameters : std::vector<oid>{};
    }

    std::span<const std::string> names_of(const std::string& fingerprint) const {
        const auto start = fingerprint + '-';
        const auto first = std::ranges::lower_bound(names, start);
        const auto others = [&](const std::string& name) { return !name.starts_with(start); };
        return {first, std::find_if(first, names.end(), others)};
    }

    /// By what keys that may stand for each other have in common: their names, in the order in which they were recorded.
    using groups = std::unordered_map<std::string, std::vector<std::string>>;

    const groups& groups_of(const std::string& fingerprint) {
        const auto [found, missing] = by_fingerprint.try_emplace(fingerprint);
        if (!missing) return found->second;
        const auto known = names_of(fingerprint);
        std::vector<std::string> all{known.begin(), known.end()};
        std::ranges::stable_sort(all, {}, [this](const std::string& name) { return place_of(name); });
        for (auto& name : all) {
            const auto one = load(name);
            if (!one) continue;
            const auto part = rules.common_part(one->key, types_of(one->key.statement));
            found->second[part].push_back(std::move(name));
        }
        return found->second;
    }

    std::size_t place_of(const std::string& name) {
        if (!places) {
            places.emplace();
            for (const auto& session : read_order_file())
                for (const auto& one : session) places->try_emplace(one, places->size());
        }
        const auto found = places->find(name);
        return found == places->end() ? std::numeric_limits<std::size_t>::max() : found->second;
    }

    std::vector<session_order> read_order_file() const {
        const auto path = folder / order_file;
        const auto text = read_file(path, limits.file_bytes);
        return text ? read_order(*text, path.string()) : std::vector<session_order>{};
    }

    std::filesystem::path folder;
    cassette_limits limits;
    manifest about;
    std::vector<std::string> names;
    matcher rules;
    std::mutex mutex;
    bounded_cache<interaction> interactions;
    bounded_cache<statement_facts> statements;
    std::optional<timing_table> timings;
    std::unordered_map<std::string, groups> by_fingerprint;
    std::optional<std::unordered_map<std::string, std::size_t>> places;
};

cassette::cassette(std::filesystem::path folder, cassette_limits limits)
    : content_{std::make_unique<content>(std::move(folder), limits)} {}
cassette::~cassette() = default;

const std::filesystem::path& cassette::folder() const noexcept { return content_->folder; }
const cassette_limits& cassette::limits() const noexcept { return content_->limits; }
const manifest& cassette::about() const noexcept { return content_->about; }
std::size_t cassette::size() const noexcept { return content_->names.size(); }
std::vector<std::string> cassette::names() const { return content_->names; }

std::shared_ptr<const interaction> cassette::load(std::string_view name) const {
    const std::lock_guard hold{content_->mutex};
    return content_->load(name);
}

std::shared_ptr<const interaction> cassette::find(const interaction_key& asked) const {
    const std::lock_guard hold{content_->mutex};
    auto found = content_->load(asked.name());
    return found && found->key == asked ? found : nullptr;
}

bool cassette::contains(const interaction_key& asked) const {
    return std::ranges::binary_search(content_->names, asked.name());
}

const std::vector<std::string>* cassette::stand_ins(const interaction_key& asked) const {
    auto& c = *content_;
    const std::lock_guard hold{c.mutex};
    if (!c.rules.concerns(asked.statement)) return nullptr;
    const auto& groups = c.groups_of(asked.statement.fingerprint);
    const auto group = groups.find(c.rules.common_part(asked, c.types_of(asked.statement)));
    return group == groups.end() ? nullptr : &group->second;
}

bool cassette::may_answer(std::string_view stand_in, const interaction_key& asked, const match_memory* memory) const {
    auto& c = *content_;
    const std::lock_guard hold{c.mutex};
    const auto one = c.load(stand_in);
    return one && c.rules.matches(one->key, asked, c.types_of(asked.statement), memory);
}

void cassette::learn(const interaction_key& answered, const interaction_key& asked, match_memory& memory) const {
    const std::lock_guard hold{content_->mutex};
    if (!content_->rules.concerns(asked.statement)) return;
    content_->rules.learn(answered, asked, content_->types_of(asked.statement), memory);
}

std::vector<near_match> cassette::nearest(const interaction_key& asked, std::size_t most) const {
    struct scored {
        double likeness;
        near_match match;
    };
    auto& c = *content_;
    const std::lock_guard hold{c.mutex};
    auto compared = c.names_of(asked.statement.fingerprint);
    if (compared.empty()) compared = c.names;
    compared = compared.first(std::min(compared.size(), most_compared));
    std::vector<scored> found;
    for (const auto& name : compared) {
        auto one = c.load(name);
        if (!one) continue;
        auto differ = differences(asked, one->key);
        const auto alike =
            likeness(asked.statement.text, one->key.statement.text) / (1.0 + 0.1 * static_cast<double>(differ.size()));
        found.push_back({alike, {std::move(one), std::move(differ)}});
        std::ranges::stable_sort(found, std::ranges::greater{}, &scored::likeness);
        if (found.size() > most) found.resize(most);
    }
    std::vector<near_match> out;
    for (auto& one : found) out.push_back(std::move(one.match));
    return out;
}

std::shared_ptr<const statement_facts> cassette::facts(const statement_key& statement) const {
    const std::lock_guard hold{content_->mutex};
    return content_->facts(statement);
}

std::vector<session_order> cassette::order() const { return content_->read_order_file(); }

void match_memory::learn(const canonical_value& recorded, const canonical_value& asked) {
    met_.insert_or_assign(recorded, asked);
}

const canonical_value* match_memory::asked_for(const canonical_value& recorded) const {
    const auto found = met_.find(recorded);
    return found == met_.end() ? nullptr : &found->second;
}

}  // namespace howdah::sim
