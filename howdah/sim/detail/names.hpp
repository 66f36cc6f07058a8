#pragma once

#include <optional>
#include <string_view>

#include "howdah/sim/interaction.hpp"
#include "howdah/sim/manifest.hpp"

namespace howdah::sim {

// The words that stand in files for values of enumerations. The other way: nullopt for anything else.
std::string_view name_of(recorded_result::ending e) noexcept;
std::string_view name_of(refused_at w) noexcept;
std::string_view name_of(wire::transaction_status s) noexcept;
std::string_view name_of(match_by by) noexcept;
std::string_view name_of(normalise_as as) noexcept;
std::string_view name_of(masking as) noexcept;
std::optional<match_by> match_by_of(std::string_view name) noexcept;
std::optional<normalise_as> normalise_as_of(std::string_view name) noexcept;
std::optional<recorded_result::ending> ending_of(std::string_view name) noexcept;
std::optional<refused_at> refused_at_of(std::string_view name) noexcept;
std::optional<wire::transaction_status> status_of(std::string_view name) noexcept;

/// "50fde20626009aba-6ad3c5b1e02f9d47", or with "fallback-" before it: nothing that could lead out of a folder.
bool is_interaction_name(std::string_view name) noexcept;
/// 64 hexadecimal digits.
bool is_data_name(std::string_view name) noexcept;

}  // namespace howdah::sim
