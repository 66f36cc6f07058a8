#pragma once

#include <string>

namespace howdah::net::test {

/// A folder that goes with its contents.
class temporary_folder {
public:
    temporary_folder();
    ~temporary_folder();
    temporary_folder(const temporary_folder&) = delete;
    temporary_folder& operator=(const temporary_folder&) = delete;

    const std::string& path() const noexcept { return path_; }
    /// Writes a file, makes its folders, and gives its path.
    std::string write(const std::string& name, const std::string& content, unsigned mode = 0600) const;

private:
    std::string path_;
};

/// HOME for the time of a test, so that no file of the user's takes part.
class home_is {
public:
    explicit home_is(const std::string& folder);
    ~home_is();
    home_is(const home_is&) = delete;
    home_is& operator=(const home_is&) = delete;

private:
    std::string before_;
};

}  // namespace howdah::net::test
