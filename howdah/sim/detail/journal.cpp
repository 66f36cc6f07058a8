#include "howdah/sim/detail/journal.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "howdah/base/error.hpp"
#include "howdah/sim/detail/names.hpp"

namespace howdah::sim {
namespace {

constexpr std::string_view session_line = "session";
constexpr std::size_t most_uses = 1'000'000;

[[noreturn]] void refuse(std::string_view file, std::size_t line) {
    throw error{error{cassette_errc::damaged, std::string{file} + ": line " + std::to_string(line) +
                                                  " is none of ours; delete the file if nothing depends on it"}};
}

template <class Each>
void each_line(std::string_view text, Each&& each) {
    for (std::size_t number = 1; !text.empty(); ++number) {
        const auto end = text.find('\n');
        each(text.substr(0, end), number);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
}

bool read_number(std::string_view text, std::uint64_t& out) {
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
    return failed == std::errc{} && end == text.data() + text.size();
}

}  // namespace

std::uint32_t order_journal::number(const std::string& name) {
    names_.push_back(&name);
    return static_cast<std::uint32_t>(names_.size() - 1);
}

void order_journal::add(std::size_t session, std::uint32_t name) {
    if (uses_.size() < most_uses) uses_.emplace_back(static_cast<std::uint32_t>(session), name);
}

std::string order_journal::text() const {
    auto sorted = uses_;
    std::ranges::stable_sort(sorted, {}, &std::pair<std::uint32_t, std::uint32_t>::first);
    std::string out;
    const std::pair<std::uint32_t, std::uint32_t>* before = nullptr;
    for (const auto& use : sorted) {
        if (before == nullptr || before->first != use.first) (out += session_line) += '\n';
        (out += *names_[use.second]) += '\n';
        before = &use;
    }
    return out;
}

std::vector<session_order> read_order(std::string_view text, std::string_view file) {
    std::vector<session_order> out;
    each_line(text, [&](std::string_view line, std::size_t number) {
        if (line == session_line) out.emplace_back();
        else if (out.empty() || !is_interaction_name(line)) refuse(file, number);
        else out.back().emplace_back(line);
    });
    return out;
}

std::string write_timings(const timing_table& timings, std::string_view created) {
    std::vector<std::pair<std::string_view, const std::vector<std::uint64_t>*>> sorted;
    sorted.reserve(timings.size());
    for (const auto& [name, uses] : timings) sorted.emplace_back(name, &uses);
    std::ranges::sort(sorted);
    std::string out = "created\t";
    (out += created) += '\n';
    for (const auto& [name, uses] : sorted)
        for (std::size_t i = 0; i < uses->size(); ++i)
            ((((out += name) += '\t') += std::to_string(i)) += '\t').append(std::to_string((*uses)[i])) += '\n';
    return out;
}

timing_table read_timings(std::string_view text, std::string_view file) {
    timing_table out;
    std::size_t all = 0;
    each_line(text, [&](std::string_view line, std::size_t number) {
        const auto first = line.find('\t'), second = line.rfind('\t');
        if (line.starts_with("created\t")) return;
        if (first == std::string_view::npos || first == second || !is_interaction_name(line.substr(0, first)))
            refuse(file, number);
        std::uint64_t use = 0, duration = 0;
        if (!read_number(line.substr(first + 1, second - first - 1), use) ||
            !read_number(line.substr(second + 1), duration) || use >= most_uses)
            refuse(file, number);
        auto& uses = out[std::string{line.substr(0, first)}];
        if (use >= uses.size()) {
            all += use + 1 - uses.size();
            if (all > most_uses) refuse(file, number);
            uses.resize(use + 1);
        }
        uses[use] = duration;
    });
    return out;
}

}  // namespace howdah::sim
