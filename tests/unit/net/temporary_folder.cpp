#include "temporary_folder.hpp"

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace howdah::net::test {

namespace fs = std::filesystem;

temporary_folder::temporary_folder() : path_{(fs::temp_directory_path() / "howdah-net-XXXXXX").string()} {
    if (mkdtemp(path_.data()) == nullptr) throw std::runtime_error{"mkdtemp " + path_};
}

temporary_folder::~temporary_folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

std::string temporary_folder::write(const std::string& name, const std::string& content, unsigned mode) const {
    const fs::path file = fs::path{path_} / name;
    fs::create_directories(file.parent_path());
    std::ofstream{file, std::ios::binary} << content;
    if (chmod(file.c_str(), mode) != 0) throw std::runtime_error{"chmod " + file.string()};
    return file.string();
}

home_is::home_is(const std::string& folder) {
    if (const char* home = std::getenv("HOME")) before_ = home;
    setenv("HOME", folder.c_str(), 1);
}

home_is::~home_is() { setenv("HOME", before_.c_str(), 1); }

}  // namespace howdah::net::test
