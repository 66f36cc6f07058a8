#include "howdah/sim/detail/data_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <utility>

#include "howdah/base/error.hpp"
#include "howdah/sim/errc.hpp"

namespace howdah::sim {
namespace {

// Level 3's window is 2 MiB; a file that asks for more is not ours.
constexpr int largest_window_log = 23;
constexpr std::size_t step = 64 << 10;

std::filesystem::path new_name(const std::filesystem::path& folder) {
    static std::atomic<unsigned> count{0};
    return folder / data_folder / ("." + std::to_string(::getpid()) + "-" + std::to_string(++count) + ".new");
}

}  // namespace

std::string data_file_of(std::string_view name) {
    return std::string{data_folder}.append(1, '/').append(name).append(".zst");
}

data_file_writer::data_file_writer(std::filesystem::path folder)
    : folder_{std::move(folder)},
      beside_{new_name(folder_)},
      file_{beside_, O_WRONLY | O_CREAT | O_TRUNC},
      context_{::ZSTD_createCCtx()} {
    if (file_.get() == -1) throw error{error{cassette_errc::not_writable, beside_.string() + ": it can't be made"}};
    if (!context_) throw std::bad_alloc{};
}

data_file_writer::~data_file_writer() {
    if (!finished_) ::unlink(beside_.c_str());
}

void data_file_writer::compress(std::string_view text, ZSTD_EndDirective how) {
    std::array<char, step> out{};
    ZSTD_inBuffer from{text.data(), text.size(), 0};
    for (bool more = true; more;) {
        ZSTD_outBuffer to{out.data(), out.size(), 0};
        const auto left = ::ZSTD_compressStream2(context_.get(), &to, &from, how);
        if (::ZSTD_isError(left) != 0)
            throw error{error{cassette_errc::not_writable, beside_.string() + ": " + ::ZSTD_getErrorName(left)}};
        write_whole(file_, beside_, {out.data(), to.pos});
        more = how == ZSTD_e_end ? left != 0 : from.pos < from.size;
    }
}

void data_file_writer::add(std::string_view text) {
    bytes_ += text.size();
    checksum_.add(text);
    compress(text, ZSTD_e_continue);
}

std::string data_file_writer::finish() {
    compress({}, ZSTD_e_end);
    auto name = checksum_.finish();
    const auto path = folder_ / data_file_of(name);
    if (::rename(beside_.c_str(), path.c_str()) != 0)
        throw error{error{cassette_errc::not_writable, path.string() + ": it can't be made"}};
    finished_ = true;
    return name;
}

data_file_reader::data_file_reader(const std::filesystem::path& folder, std::string name, std::uint64_t bytes,
                                   std::uint64_t longest_line)
    : path_{folder / data_file_of(name)},
      name_{std::move(name)},
      expected_{bytes},
      longest_line_{longest_line},
      context_{::ZSTD_createDCtx()} {
    std::uint64_t size = 0;
    file_ = open_regular(path_, size);
    if (!file_) refuse(cassette_errc::damaged, "it is missing; record again, or take it from git");
    if (!context_ ||
        ::ZSTD_isError(::ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, largest_window_log)) != 0)
        throw std::bad_alloc{};
}

void data_file_reader::refuse(std::error_code what, std::string_view words) const {
    throw error{error{what, path_.string().append(": ").append(words)}};
}

// Uncompresses some more; false at the end, when everything has been checked.
bool data_file_reader::fill() {
    if (ended_) return false;
    if (start_ > 0) {
        text_.erase(0, start_);
        start_ = 0;
    }
    while (true) {
        if (input_.pos == input_.size) {
            input_ = {compressed_.data(), read_some(*file_, path_, compressed_), 0};
            if (input_.size == 0) break;
        }
        const auto had = text_.size();
        text_.resize(had + step);
        ZSTD_outBuffer to{text_.data() + had, step, 0};
        const auto left = ::ZSTD_decompressStream(context_.get(), &to, &input_);
        text_.resize(had + to.pos);
        if (::ZSTD_isError(left) != 0)
            refuse(cassette_errc::damaged,
                   std::string{"it is no compressed file of ours: "} + ::ZSTD_getErrorName(left));
        frame_open_ = left != 0;
        bytes_ += to.pos;
        if (bytes_ > expected_) refuse(cassette_errc::too_large, "it has more than its interaction says");
        checksum_.add(std::string_view{text_}.substr(had));
        if (to.pos > 0) return true;
    }
    ended_ = true;
    if (frame_open_ || bytes_ < expected_) refuse(cassette_errc::damaged, "it is cut off");
    if (checksum_.finish() != name_)
        refuse(cassette_errc::edited, "its content is not the one that its name stands for");
    return false;
}

bool data_file_reader::next(std::string& line) {
    for (auto searched = start_;;) {
        const auto end = text_.find('\n', searched);
        if (end != std::string::npos) {
            line.assign(text_, start_, end - start_);
            start_ = end + 1;
            return true;
        }
        if (text_.size() - start_ > longest_line_) refuse(cassette_errc::too_large, "it has a row over the limit");
        searched = text_.size() - start_;
        if (!fill()) {
            if (start_ != text_.size()) refuse(cassette_errc::damaged, "its last line has no end");
            return false;
        }
    }
}

}  // namespace howdah::sim
