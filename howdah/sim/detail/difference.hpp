#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "howdah/sim/interaction.hpp"

namespace howdah::sim {

/// In what two keys differ, for people: "$2 is 'Ada', recorded is 'Bob'". Empty if they are equal.
std::vector<std::string> differences(const interaction_key& asked, const interaction_key& recorded);

/// How much alike two texts are, from 0 to 1: what they share at their start and at their end.
double likeness(std::string_view a, std::string_view b) noexcept;

}  // namespace howdah::sim
