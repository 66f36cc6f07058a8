#include "howdah/sim/detail/folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "howdah/base/error.hpp"
#include "howdah/base/last_error.hpp"
#include "howdah/sim/detail/names.hpp"
#include "howdah/sim/errc.hpp"

namespace howdah::sim {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(std::error_code what, const fs::path& path, std::string_view words) {
    throw error{error{what, path.string().append(": ").append(words)}};
}

[[noreturn]] void cannot_write(const fs::path& path) {
    refuse(cassette_errc::not_writable, path, last_error().message());
}

void make_folder(const fs::path& path) {
    std::error_code failed;
    fs::create_directories(path, failed);
    if (failed) refuse(cassette_errc::not_writable, path, failed.message());
}

}  // namespace

std::string file_of(std::string_view folder, std::string_view name) {
    return std::string{folder}.append(1, '/').append(name).append(".json");
}

file_handle::file_handle(const fs::path& path, int flags)
    : fd_{::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, 0666)} {}

file_handle::~file_handle() {
    if (fd_ != -1) ::close(fd_);
}

std::unique_ptr<file_handle> open_regular(const fs::path& path, std::uint64_t& size) {
    auto file = std::make_unique<file_handle>(path, O_RDONLY | O_NONBLOCK);  // a pipe of that name must not hold us up
    if (file->get() == -1) {
        if (errno == ENOENT || errno == ENOTDIR) return nullptr;
        if (errno == ELOOP) refuse(cassette_errc::damaged, path, "it is a link, which a cassette has none of");
        refuse(last_error(), path, "it can't be opened");
    }
    struct stat about{};
    if (::fstat(file->get(), &about) != 0) refuse(last_error(), path, "it can't be read");
    if (!S_ISREG(about.st_mode)) refuse(cassette_errc::damaged, path, "it is no regular file");
    size = static_cast<std::uint64_t>(about.st_size);
    return file;
}

std::size_t read_some(const file_handle& file, const fs::path& path, std::span<char> out) {
    while (true) {
        const auto n = ::read(file.get(), out.data(), out.size());
        if (n >= 0) return static_cast<std::size_t>(n);
        if (errno != EINTR) refuse(last_error(), path, "it can't be read");
    }
}

void write_whole(const file_handle& file, const fs::path& path, std::string_view content) {
    while (!content.empty()) {
        const auto n = ::write(file.get(), content.data(), content.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) cannot_write(path);
        content.remove_prefix(static_cast<std::size_t>(n));
    }
}

std::optional<std::string> read_file(const fs::path& path, std::uint64_t limit) {
    std::uint64_t size = 0;
    const auto file = open_regular(path, size);
    if (!file) return std::nullopt;
    if (size > limit) refuse(cassette_errc::too_large, path, "it has more than " + std::to_string(limit) + " bytes");
    std::string out(static_cast<std::size_t>(size), '\0');
    std::size_t done = 0;
    // It ends early if somebody cuts it off meanwhile: the checksum will tell.
    for (std::size_t n = 1; n != 0 && done < out.size(); done += n)
        n = read_some(*file, path, std::span{out}.subspan(done));
    out.resize(done);
    return out;
}

void write_file(const fs::path& path, std::string_view content) {
    auto beside = path.native();
    beside.insert(beside.rfind('/') + 1, 1, '.');
    beside += ".new";
    {
        const file_handle file{beside, O_WRONLY | O_CREAT | O_TRUNC};
        if (file.get() == -1) cannot_write(beside);
        write_whole(file, beside, content);
    }
    if (::rename(beside.c_str(), path.c_str()) != 0) cannot_write(path);
}

std::vector<std::string> files_in(const fs::path& folder) {
    std::vector<std::string> out;
    std::error_code failed;
    fs::directory_iterator each{folder, failed};
    if (failed == std::errc::no_such_file_or_directory) return out;
    for (; !failed && each != fs::directory_iterator{}; each.increment(failed))
        if (auto name = each->path().filename().string(); !name.starts_with('.')) out.push_back(std::move(name));
    if (failed) refuse(failed, folder, "it can't be listed");
    std::ranges::sort(out);
    return out;
}

std::vector<std::string> names_in(const fs::path& folder) {
    constexpr std::string_view extension = ".json";
    std::vector<std::string> out;
    for (auto& file : files_in(folder)) {
        if (!file.ends_with(extension)) continue;
        file.resize(file.size() - extension.size());
        if (is_interaction_name(file)) out.push_back(std::move(file));
    }
    std::ranges::sort(out);
    return out;
}

void require_one_cassette(const fs::path& folder) {
    if (fs::exists(folder / redacted_folder))
        refuse(cassette_errc::damaged, folder,
               "howdah cassette redact was interrupted here, and half of it is still the old one; run it once more");
}

folder_lock::folder_lock(const fs::path& folder) {
    for (const auto sub : {interactions_folder, statements_folder, data_folder}) make_folder(folder / sub);
    const auto path = folder / ".lock";
    fd_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (fd_ == -1) cannot_write(path);
    if (::flock(fd_, LOCK_EX | LOCK_NB) == 0) return;
    const auto taken = errno == EWOULDBLOCK;
    const auto failed = last_error();
    ::close(fd_);
    if (taken) refuse(cassette_errc::in_use, folder, "another program writes to it; wait until it has ended");
    refuse(failed, path, "it can't be locked");
}

folder_lock::~folder_lock() { ::close(fd_); }

}  // namespace howdah::sim
