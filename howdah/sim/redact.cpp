#include <map>
#include <memory>
#include <string>
#include <utility>

#include "howdah/base/error.hpp"
#include "howdah/sim/detail/folder.hpp"
#include "howdah/sim/detail/interaction_json.hpp"
#include "howdah/sim/request_keys.hpp"
#include "howdah/sim/upkeep.hpp"

namespace howdah::sim {
namespace {

namespace fs = std::filesystem;

/// Old names to new ones: a key whose values are hidden is another key.
using renamed_keys = std::map<std::string, std::string, std::less<>>;

/// The file `order` or `timings` with other names at the start of its lines.
std::string with_new_names(std::string_view text, const renamed_keys& names) {
    std::string out;
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        const auto first = line.substr(0, line.find('\t'));
        const auto found = names.find(first);
        (out += found == names.end() ? first : std::string_view{found->second}) += line.substr(first.size());
        out += '\n';
        text.remove_prefix(std::min(text.size(), line.size() + 1));
    }
    return out;
}

// Each part of the new cassette takes the place of the old one. Whenever this is cut off, doing it again ends it.
void take_over(const fs::path& folder) {
    const auto redacted = folder / redacted_folder;
    for (const auto part :
         {interactions_folder, statements_folder, data_folder, order_file, timings_file, manifest_file}) {
        if (!fs::exists(redacted / part)) continue;
        fs::remove_all(folder / part);
        fs::rename(redacted / part, folder / part);
    }
    fs::remove_all(redacted);
}

/// A cassette that is written anew inside of the old one, and then takes its place.
class rewriting {
public:
    rewriting(const fs::path& folder, const manifest& about, const secret_string& key, cassette_limits limits)
        : folder_{folder},
          beside_{folder / ".redacting.new"},
          limits_{limits},
          old_{folder, limits},
          keys_{about, key} {
        fs::remove_all(beside_);
        new_ = std::make_unique<cassette_writer>(beside_, about, limits);
    }
    rewriting(const rewriting&) = delete;
    rewriting& operator=(const rewriting&) = delete;
    ~rewriting() {
        new_.reset();
        std::error_code ignored;
        fs::remove_all(beside_, ignored);
    }

    std::size_t run(const manifest& about) {
        for (const auto& name : old_.names()) rewrite(name);
        for (const auto& name : names_in(folder_ / statements_folder)) rewrite_facts(name);
        new_->save();
        rename_in(order_file);
        rename_in(timings_file);
        write_file(beside_ / manifest_file, to_json(about));
        fs::rename(beside_, folder_ / redacted_folder);  // from here on it is the new one that counts
        take_over(folder_);
        return changed_;
    }

private:
    void rewrite(const std::string& name) {
        const auto one = old_.load(name);
        auto key = one->key;
        const auto facts = old_.facts(key.statement);
        keys_.hide(key, facts ? facts->parameters : std::vector<oid>{});
        bool changed = key != one->key;
        for (const auto& use : one->uses) {
            auto given = cover(use.given, key.statement);
            changed = changed || !same_answer(given, use.given);
            new_->add(0, key, std::move(given), use.times);
        }
        changed_ += changed ? 1 : 0;
        names_.emplace(name, key.name());
    }

    answer cover(const answer& given, const statement_key& statement) {
        auto out = given;
        for (auto& result : out.results) {
            if (result.columns) result.rows = cover(result.rows, statement, *result.columns);
            if (result.copy) result.copy->data = cover(result.copy->data, statement, {});
        }
        keys_.cover(out, statement);
        return out;
    }

    recorded_rows cover(const recorded_rows& rows, const statement_key& statement,
                        std::span<const recorded_column> columns) {
        row_reader from{old_, rows};
        row_writer to{*new_};
        for (recorded_row row; from.next(row);) {
            keys_.cover(row, statement, columns);
            to.add(std::move(row));
        }
        return to.finish();
    }

    void rewrite_facts(const std::string& name) {
        const auto file = file_of(statements_folder, name);
        const auto text = read_file(folder_ / file, limits_.file_bytes);
        if (!text) return;
        auto read = read_facts(*text, file);
        interaction_key key{.statement = std::move(read.statement), .parameters = {}};
        keys_.hide(key, {});
        new_->describe(key.statement, read.facts);
    }

    void rename_in(std::string_view file) {
        const auto text = read_file(folder_ / file, limits_.file_bytes);
        if (text) write_file(beside_ / file, with_new_names(*text, names_));
        else fs::remove(beside_ / file);
    }

    fs::path folder_, beside_;
    cassette_limits limits_;
    cassette old_;
    request_keys keys_;
    std::unique_ptr<cassette_writer> new_;
    renamed_keys names_;
    std::size_t changed_ = 0;
};

}  // namespace

std::size_t redact(const fs::path& folder, const cassette_policy& policy, const secret_string& key,
                   cassette_limits limits) {
    auto about = cassette{folder, limits}.about();
    const folder_lock lock{folder};
    auto& rules = about.policy;
    rules.parameters.insert(rules.parameters.end(), policy.parameters.begin(), policy.parameters.end());
    rules.columns.insert(rules.columns.end(), policy.columns.begin(), policy.columns.end());
    if (about.key_check.empty() && !key.empty()) about.key_check = key_check_of(key);
    // What was recorded was normalised then; doing it again would count anew.
    auto without_rules = about;
    without_rules.normalise.clear();
    return rewriting{folder, without_rules, key, limits}.run(about);
}

bool finish_redaction(const fs::path& folder) {
    if (!fs::exists(folder / redacted_folder)) return false;
    const folder_lock lock{folder};
    take_over(folder);
    return true;
}

}  // namespace howdah::sim
