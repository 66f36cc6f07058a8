#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "howdah/net/socket.hpp"
#include "howdah/tools/interruption.hpp"

namespace howdah::tools {

/// A file that is read, or the standard input as "-". Throws what names the file; errc::cancelled when interrupted.
class source_file {
public:
    source_file(std::string path, const interruption& stop);

    /// What comes next, up to 64 KiB, valid until the next call; empty at the end.
    std::string_view read();
    /// Unknown for what is no regular file.
    std::optional<std::uint64_t> size() const noexcept { return size_; }
    const std::string& name() const noexcept { return name_; }

private:
    std::string name_;
    const interruption& stop_;
    net::unique_fd file_;
    int number_;
    std::optional<std::uint64_t> size_;
    std::vector<char> block_;
};

/// A file that is written, or the standard output as "-". A regular file is there once it is finished, and not before:
/// until then it is FILE.part, which goes when this does. Throws as source_file.
class target_file {
public:
    target_file(std::string path, const interruption& stop);
    target_file(const target_file&) = delete;
    target_file& operator=(const target_file&) = delete;
    ~target_file();

    void write(std::string_view data);
    /// All of it is on its disk.
    void finish();
    bool is_terminal() const noexcept;

private:
    [[noreturn]] void fail() const;

    std::string path_, part_;  // part_ is empty for what can't be renamed
    const interruption& stop_;
    net::unique_fd file_;
    int number_;
    bool may_block_;
};

/// Replaces the file, so that there is either what was or this, whenever the machine stops.
void replace_file(const std::string& path, std::string_view content);

}  // namespace howdah::tools
