#include "howdah/observe/statement_ranking.hpp"

#include <algorithm>

#include "howdah/base/error.hpp"
#include "howdah/observe/statement_text.hpp"

namespace howdah {
namespace {

void add_to(statement_cost& sum, const statement_cost& more) {
    sum.calls += more.calls;
    sum.failures += more.failures;
    sum.rows += more.rows;
    sum.seconds += more.seconds;
}

}  // namespace

statement_ranking::statement_ranking(std::size_t most, std::size_t longest_text)
    : most_{most}, longest_text_{longest_text} {
    if (most == 0) throw error{errc::invalid_option, "a statement_ranking of no statements"};
    entries_.reserve(most);
}

void statement_ranking::add(std::string_view statement, std::chrono::microseconds took, std::uint64_t rows,
                            bool failed) {
    auto text = normalise(statement, longest_text_);
    const double seconds = std::chrono::duration<double>(took).count();
    const std::lock_guard lock{mutex_};
    auto found = entries_.find(text.hash);
    if (found == entries_.end()) {
        double inherited = 0;
        if (entries_.size() == most_) {
            const auto least =
                std::ranges::min_element(entries_, {}, [](const auto& each) { return each.second.weight; });
            inherited = least->second.weight;
            add_to(other_, least->second.cost);
            entries_.erase(least);
        }
        found =
            entries_
                .emplace(text.hash, entry{.cost = {.fingerprint = {}, .statement = text.shown()}, .weight = inherited})
                .first;
    }
    auto& e = found->second;
    e.weight += seconds;
    add_to(e.cost, {.fingerprint = {},
                    .statement = {},
                    .calls = 1,
                    .failures = failed ? 1u : 0u,
                    .rows = rows,
                    .seconds = seconds});
}

std::vector<statement_cost> statement_ranking::list() const {
    std::vector<statement_cost> out;
    const std::lock_guard lock{mutex_};
    for (const auto& [hash, e] : entries_) {
        out.push_back(e.cost);
        out.back().fingerprint = fingerprint_of(hash);
    }
    std::ranges::sort(out, std::ranges::greater{}, &statement_cost::seconds);
    if (other_.calls != 0) out.push_back(other_);
    return out;
}

}  // namespace howdah
