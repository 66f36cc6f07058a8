#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

namespace howdah::observe {

/// A file of lines that is only ever added to, by one process at a time.
class audit_file {
public:
    explicit audit_file(std::string path) : path_{std::move(path)} {}
    audit_file(const audit_file&) = delete;
    audit_file& operator=(const audit_file&) = delete;
    ~audit_file() { close(); }

    /// Makes it, or opens it to go on. text_file_busy: another process writes it.
    std::error_code open();
    void close() noexcept;
    bool is_open() const noexcept { return fd_ != -1; }
    std::uint64_t size() const noexcept { return size_; }

    /// The last line that has its end, without it; and how many bytes without an end stand behind it.
    std::error_code read_tail(std::string& last_line, std::uint64_t& torn) const;
    /// Adds a line and its end, or nothing at all.
    std::error_code append(std::string_view line);
    /// What was added is on the disk.
    std::error_code sync() const noexcept;
    /// Renames it to PATH.n with the lowest free n, and begins a new one. After a failure it is as it was, or closed.
    std::error_code rotate();

private:
    std::string path_;
    int fd_ = -1;
    std::uint64_t size_ = 0;
};

}  // namespace howdah::observe
