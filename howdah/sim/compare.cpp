#include <algorithm>
#include <string>
#include <string_view>

#include "howdah/base/error.hpp"
#include "howdah/sim/detail/data_file.hpp"
#include "howdah/sim/detail/folder.hpp"
#include "howdah/sim/detail/interaction_json.hpp"
#include "howdah/sim/upkeep.hpp"

namespace howdah::sim {
namespace {

namespace fs = std::filesystem;
using difference = cassette_difference::kind;

/// Of all uses, as they stand in the file.
std::vector<std::string> uses_of(const interaction& one) {
    std::vector<std::string> out;
    for (const auto& use : one.uses) out.push_back(to_json(use.given) + " x" + std::to_string(use.times));
    return out;
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> out;
    while (!text.empty()) {
        const auto end = text.find('\n');
        out.push_back(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return out;
}

// From the first line that differs to the last, of both: answers are short, or have the same start and end.
void compare_use(std::vector<std::string>& out, const std::string& label, std::string_view a, std::string_view b) {
    const auto first = lines_of(a), second = lines_of(b);
    const auto start = static_cast<std::size_t>(std::ranges::mismatch(first, second).in1 - first.begin());
    std::size_t end = 0;
    while (end + start < std::min(first.size(), second.size()) &&
           first[first.size() - 1 - end] == second[second.size() - 1 - end])
        ++end;
    for (auto i = start; i + end < first.size(); ++i) out.push_back(label + "- " + std::string{first[i]});
    for (auto i = start; i + end < second.size(); ++i) out.push_back(label + "+ " + std::string{second[i]});
}

std::vector<std::string> compare(const interaction& a, const interaction& b) {
    std::vector<std::string> out;
    const auto first = uses_of(a), second = uses_of(b);
    const auto count = std::max(first.size(), second.size());
    for (std::size_t i = 0; i < count && out.empty(); ++i)
        compare_use(out, "use " + std::to_string(i + 1) + ": ", i < first.size() ? first[i] : "",
                    i < second.size() ? second[i] : "");
    return out;
}

bool begins_with(const std::vector<std::string>& longer, const std::vector<std::string>& start) {
    return longer.size() >= start.size() && std::equal(start.begin(), start.end(), longer.begin());
}

void copy_file(const fs::path& from, const fs::path& into, const std::string& file, const cassette_limits& limits) {
    if (const auto text = read_file(from / file, limits.file_bytes)) write_file(into / file, *text);
}

// An interaction, and what it refers to.
void copy_interaction(const cassette& from, const fs::path& into, const std::string& name, const interaction& one) {
    for (const auto& use : one.uses)
        for (const auto& result : use.given.results)
            for (const auto* rows : {&result.rows, result.copy ? &result.copy->data : nullptr})
                if (rows != nullptr && !rows->file.empty())
                    copy_file(from.folder(), into, data_file_of(rows->file), from.limits());
    copy_file(from.folder(), into, file_of(interactions_folder, name), from.limits());
}

std::string text_or_nothing(const fs::path& path, const cassette_limits& limits) {
    return read_file(path, limits.file_bytes).value_or("");
}

// Ours, and behind it the sessions that only they have.
void merge_lines(const fs::path& from, const fs::path& into, std::string_view file, const cassette_limits& limits) {
    const auto ours = text_or_nothing(into / file, limits), theirs = text_or_nothing(from / file, limits);
    if (!theirs.empty() && ours.find(theirs) == std::string::npos) write_file(into / file, ours + theirs);
}

}  // namespace

std::vector<cassette_difference> diff(const cassette& first, const cassette& second) {
    std::vector<cassette_difference> out;
    const auto a = first.names(), b = second.names();
    std::vector<std::string> all;
    std::ranges::set_union(a, b, std::back_inserter(all));
    for (auto& name : all) {
        const auto one = first.load(name), other = second.load(name);
        if (!one || !other) {
            const auto& there = one ? one : other;
            out.push_back(
                {one ? difference::only_in_first : difference::only_in_second, name, there->key.statement.text, {}});
        } else if (auto lines = compare(*one, *other); !lines.empty()) {
            out.push_back({difference::answers, name, one->key.statement.text, std::move(lines)});
        }
    }
    return out;
}

merge_outcome merge(const fs::path& into, const cassette& from, preference prefer, cassette_limits limits) {
    const cassette ours{into, limits};
    const folder_lock lock{into};
    merge_outcome out;
    for (const auto& name : from.names()) {
        const auto their = from.load(name), our = ours.load(name);
        if (!our) {
            copy_interaction(from, into, name, *their);
            ++out.added;
            continue;
        }
        const auto a = uses_of(*our), b = uses_of(*their);
        if (begins_with(a, b)) continue;
        if (begins_with(b, a) || prefer == preference::theirs) {
            copy_interaction(from, into, name, *their);
            ++out.replaced;
        } else if (prefer == preference::neither) {
            out.conflicts.push_back(name);
        }
    }
    for (const auto& name : names_in(from.folder() / statements_folder))
        if (const auto file = file_of(statements_folder, name);
            !fs::exists(into / file) || prefer == preference::theirs)
            copy_file(from.folder(), into, file, limits);
    merge_lines(from.folder(), into, order_file, limits);
    merge_lines(from.folder(), into, timings_file, limits);
    return out;
}

}  // namespace howdah::sim
