#pragma once

#include <fcntl.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

namespace howdah::testing {

/// A file descriptor that closes itself.
class descriptor {
public:
    descriptor() = default;
    explicit descriptor(int number) noexcept : number_{number} {}
    descriptor(descriptor&& other) noexcept : number_{std::exchange(other.number_, -1)} {}
    descriptor& operator=(descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    ~descriptor();

    int number() const noexcept { return number_; }
    explicit operator bool() const noexcept { return number_ >= 0; }

private:
    int number_ = -1;
};

/// Opens `path` with open(2)'s flags, closed on exec; throws error that names it.
descriptor open_file(const std::string& path, int flags, unsigned mode = 0600);

/// A file without a name, gone when closed.
descriptor nameless_file();

/// All of a file from its beginning. Where it is read or written next, which is a child's too that writes it, stays.
std::string read_all(const descriptor& file);

void write_all(const descriptor& file, std::string_view text);

/// Makes or empties a file that its owner alone may read, for PostgreSQL refuses an open key; O_APPEND: adds to it.
void write_file(const std::filesystem::path& path, std::string_view text, int how = O_TRUNC);

/// An flock(2): held until this object and every process that inherited the descriptor are gone.
class file_lock {
public:
    file_lock() = default;
    /// Waits its turn; throws error if that takes over ten minutes.
    static file_lock wait_for(const std::string& path);
    /// The lock, or an empty one if someone else holds it.
    static file_lock try_for(const std::string& path);

    /// Whether someone holds it; false if there is no such file.
    static bool is_held(const std::string& path);

    explicit operator bool() const noexcept { return static_cast<bool>(file_); }
    int number() const noexcept { return file_.number(); }

private:
    explicit file_lock(descriptor file) noexcept : file_{std::move(file)} {}
    descriptor file_;
};

}  // namespace howdah::testing
