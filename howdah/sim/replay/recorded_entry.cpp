#include "howdah/sim/replay/recorded_entry.hpp"

#include <ranges>

namespace howdah::sim {

recorded_entry::recorded_entry(const std::shared_ptr<const interaction>& found)
    : name_{found->key.name()}, found_{found}, recorded_{found->use_count()} {}

std::shared_ptr<const interaction> recorded_entry::load(const cassette& from) {
    if (auto kept = found_.lock()) return kept;
    auto again = from.load(name_);
    if (again == nullptr || again->use_count() != recorded_)
        throw error{error{cassette_errc::damaged, name_ + " was changed while it was being replayed"}};
    found_ = again;
    return again;
}

const answer* recorded_entry::current(const interaction& found) const noexcept {
    return use_ < found.uses.size() ? &found.uses[use_].given : nullptr;
}

void recorded_entry::advance(const interaction& found) noexcept {
    ++used_;
    if (++repeated_ < found.uses[use_].times) return;
    repeated_ = 0;
    ++use_;
}

void recorded_entry::skip_refused_for_session(const interaction& found) noexcept {
    for (const auto* a = current(found); a != nullptr && refused_for_its_session(*a); a = current(found))
        advance(found);
}

const answer* recorded_entry::last(const interaction& found) noexcept {
    for (const auto& use : std::views::reverse(found.uses))
        if (!refused_for_its_session(use.given)) return &use.given;
    return nullptr;
}

}  // namespace howdah::sim
