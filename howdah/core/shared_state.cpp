#include "howdah/core/shared_state.hpp"

namespace howdah::core {

std::optional<secret_string> proven_passwords::find(const std::string& host) const {
    const std::scoped_lock lock{mutex_};
    const auto found = by_host_.find(host);
    if (found == by_host_.end()) return std::nullopt;
    return found->second;
}

void proven_passwords::keep(const std::string& host, const secret_string& password) {
    const std::scoped_lock lock{mutex_};
    by_host_.insert_or_assign(host, password);
}

void proven_passwords::forget(const std::string& host, const secret_string& password) {
    const std::scoped_lock lock{mutex_};
    const auto found = by_host_.find(host);
    if (found != by_host_.end() && found->second == password) by_host_.erase(found);
}

}  // namespace howdah::core
