#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace howdah::sim {

// What lies where in a cassette.
inline constexpr std::string_view manifest_file = "cassette.json", order_file = "order", timings_file = "timings";
inline constexpr std::string_view interactions_folder = "interactions", statements_folder = "statements",
                                  data_folder = "data";

/// "interactions/NAME.json"
std::string file_of(std::string_view folder, std::string_view name);

/// A descriptor that closes itself.
class file_handle {
public:
    /// -1 and errno, if it fails. No link is followed.
    file_handle(const std::filesystem::path& path, int flags);
    file_handle(const file_handle&) = delete;
    file_handle& operator=(const file_handle&) = delete;
    ~file_handle();
    int get() const noexcept { return fd_; }

private:
    int fd_;
};

/// A regular file, and no link to one. nullopt: it is not there.
/// Throws error: too_large (over `limit` bytes), damaged (no regular file), or the system's.
std::optional<std::string> read_file(const std::filesystem::path& path, std::uint64_t limit);

/// Opens it for reading. nullptr: it is not there. Throws error as read_file does.
std::unique_ptr<file_handle> open_regular(const std::filesystem::path& path, std::uint64_t& size);
/// What is left of it, up to the buffer's size; 0 at its end. Throws error.
std::size_t read_some(const file_handle& file, const std::filesystem::path& path, std::span<char> out);
/// Throws error (not_writable).
void write_whole(const file_handle& file, const std::filesystem::path& path, std::string_view content);

/// Replaces a file in one step: who reads it has the old or the new one.
/// Throws error (not_writable).
void write_file(const std::filesystem::path& path, std::string_view content);

/// The names, without ".json", of a folder's files that are interactions (or statements); sorted. What has another name is
/// left to `howdah cassette verify`.
std::vector<std::string> names_in(const std::filesystem::path& folder);

/// Of all files in a folder that do not begin with a dot; sorted.
std::vector<std::string> files_in(const std::filesystem::path& folder);

/// What `howdah cassette redact` has written, whole, until each part of it has taken the place of the old one.
inline constexpr std::string_view redacted_folder = ".redacted.new";
/// Throws error (damaged): that was interrupted, and parts of both are there.
void require_one_cassette(const std::filesystem::path& folder);

/// Held while something is written. Goes with its process, however that ends.
class folder_lock {
public:
    /// Throws error (in_use, not_writable).
    explicit folder_lock(const std::filesystem::path& folder);
    folder_lock(const folder_lock&) = delete;
    folder_lock& operator=(const folder_lock&) = delete;
    ~folder_lock();

private:
    int fd_ = -1;
};

}  // namespace howdah::sim
