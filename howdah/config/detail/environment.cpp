#include "howdah/config/detail/environment.hpp"

#include <pwd.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <vector>

namespace howdah::config {
namespace {

constexpr std::size_t first_entry_size = 1024;
constexpr std::size_t largest_entry_size = std::size_t{1} << 20;

// One field of the effective user's entry in the user database.
std::optional<std::string> user_field(char* passwd::* field) {
    for (auto size = first_entry_size; size <= largest_entry_size; size *= 2) {
        std::vector<char> buffer(size);
        passwd entry{};
        passwd* found = nullptr;
        const int failed = ::getpwuid_r(::geteuid(), &entry, buffer.data(), buffer.size(), &found);
        if (failed == ERANGE) continue;
        if (found == nullptr || found->*field == nullptr) return std::nullopt;
        return std::string{found->*field};
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::string> environment::look_up(std::string_view name) const {
    if (lookup_ != nullptr) return (*lookup_)(name);
    const char* value = std::getenv(std::string{name}.c_str());
    if (value == nullptr) return std::nullopt;
    return std::string{value};
}

std::optional<std::string> environment::variable(std::string_view name) const {
    if (!use_variables_) return std::nullopt;
    return look_up(name);
}

std::optional<std::string> environment::home() const {
    auto home = look_up("HOME");
    if (home && !home->empty()) return home;
    return user_field(&passwd::pw_dir);
}

std::optional<std::string> operating_system_user() { return user_field(&passwd::pw_name); }

}  // namespace howdah::config
