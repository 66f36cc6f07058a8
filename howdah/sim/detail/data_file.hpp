#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include <zstd.h>

#include "howdah/sim/detail/checksum.hpp"
#include "howdah/sim/detail/folder.hpp"

namespace howdah::sim {

struct zstd_freed {
    void operator()(ZSTD_CCtx* context) const noexcept { ::ZSTD_freeCCtx(context); }
    void operator()(ZSTD_DCtx* context) const noexcept { ::ZSTD_freeDCtx(context); }
};

/// Writes a compressed file whose name is the SHA-256 of what was put into it. Throws error (not_writable).
class data_file_writer {
public:
    explicit data_file_writer(std::filesystem::path folder);
    data_file_writer(const data_file_writer&) = delete;
    data_file_writer& operator=(const data_file_writer&) = delete;
    /// One that was not finished leaves nothing behind.
    ~data_file_writer();

    void add(std::string_view text);
    /// Its name.
    std::string finish();
    std::uint64_t bytes() const noexcept { return bytes_; }

private:
    void compress(std::string_view text, ZSTD_EndDirective how);

    std::filesystem::path folder_, beside_;
    file_handle file_;
    std::unique_ptr<ZSTD_CCtx, zstd_freed> context_;
    running_checksum checksum_;
    std::uint64_t bytes_ = 0;
    bool finished_ = false;
};

/// Reads it line by line, checking what it reads. Memory is bounded by the longest line, whatever the file says.
class data_file_reader {
public:
    /// `bytes`: what it must have, uncompressed. Throws error (damaged: it is not there, too_large).
    data_file_reader(const std::filesystem::path& folder, std::string name, std::uint64_t bytes,
                     std::uint64_t longest_line);

    /// Without its end; false behind the last. Throws error (damaged, edited, too_large).
    bool next(std::string& line);

private:
    bool fill();
    [[noreturn]] void refuse(std::error_code what, std::string_view words) const;

    std::filesystem::path path_;
    std::string name_;
    std::uint64_t expected_, longest_line_, bytes_ = 0;
    std::unique_ptr<file_handle> file_;
    std::unique_ptr<ZSTD_DCtx, zstd_freed> context_;
    running_checksum checksum_;
    std::array<char, 16 << 10> compressed_{};
    ZSTD_inBuffer input_{};
    std::string text_{};     // what was uncompressed and not yet handed out
    std::size_t start_ = 0;  // of the next line in it
    bool ended_ = false, frame_open_ = true;
};

/// "data/NAME.zst"
std::string data_file_of(std::string_view name);

}  // namespace howdah::sim
