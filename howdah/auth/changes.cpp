#include "howdah/auth/changes.hpp"

namespace howdah::auth {

std::string key_of(const credential_request& request) {
    const std::string apart(1, '\0');
    return request.host + apart + std::to_string(request.port) + apart + request.user + apart + request.database;
}

void changes::note(const credential_request& request, const secret_string& answer) {
    const std::scoped_lock lock{mutex_};
    if (last_.size() >= most_requests && !last_.contains(key_of(request))) last_.clear();
    const auto [at, is_new] = last_.try_emplace(key_of(request), answer);
    if (is_new || at->second == answer) return;
    at->second = answer;
    ++count_;
}

}  // namespace howdah::auth
