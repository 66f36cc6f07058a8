#include "howdah/core/commit_outcome.hpp"

#include "howdah/base/error.hpp"

namespace howdah {

std::string_view to_string(commit_outcome o) noexcept {
    switch (o) {
        case commit_outcome::committed: return "committed";
        case commit_outcome::aborted: return "aborted";
        case commit_outcome::in_progress: return "in progress";
        case commit_outcome::forgotten: return "forgotten";
    }
    return "";
}

commit_outcome core::read_commit_outcome(const std::optional<std::string>& answer) {
    if (!answer) return commit_outcome::forgotten;
    for (const auto o : {commit_outcome::committed, commit_outcome::aborted, commit_outcome::in_progress})
        if (*answer == to_string(o)) return o;
    throw error{errc::invalid_value, "the server gave a transaction status that is not known", fate::executed};
}

}  // namespace howdah
