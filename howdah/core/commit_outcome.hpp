#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace howdah {

/// What became of a transaction whose COMMIT had no answer.
enum class commit_outcome : std::uint8_t {
    committed,
    aborted,
    in_progress,  // the server has not noticed yet that its client is gone, or still commits: ask again
    forgotten,    // too long ago for the server to know
};

std::string_view to_string(commit_outcome o) noexcept;

namespace core {

/// PostgreSQL 12 has only this name, and later ones keep it.
inline constexpr char commit_outcome_query[] = "select txid_status($1)";
/// Throws invalid_value for what no server answers.
commit_outcome read_commit_outcome(const std::optional<std::string>& answer);

}  // namespace core
}  // namespace howdah
