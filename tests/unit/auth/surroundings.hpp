#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "howdah/config/conninfo.hpp"

namespace howdah::test {

/// An environment of its own.
inline environment_lookup environment_of(std::map<std::string, std::string> variables) {
    return [kept = std::move(variables)](std::string_view name) -> std::optional<std::string> {
        const auto found = kept.find(std::string{name});
        if (found == kept.end()) return std::nullopt;
        return found->second;
    };
}

/// A folder with files, as long as it lives.
class folder_of_files {
public:
    folder_of_files() {
        std::string name = (std::filesystem::temp_directory_path() / "howdah-auth-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error{"no folder"};
        path_ = name;
    }
    folder_of_files(const folder_of_files&) = delete;
    folder_of_files& operator=(const folder_of_files&) = delete;
    ~folder_of_files() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    /// The path of a file with this text, which only its owner can use.
    std::string write(const std::string& name, const std::string& text) const {
        const auto path = path_ / name;
        std::filesystem::create_directories(path.parent_path());
        std::ofstream{path} << text;
        std::filesystem::permissions(path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
        return path.string();
    }
    std::string path() const { return path_.string(); }

private:
    std::filesystem::path path_;
};

}  // namespace howdah::test
