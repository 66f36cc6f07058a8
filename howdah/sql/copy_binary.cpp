#include "howdah/sql/copy_binary.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <string_view>

namespace howdah::copy_binary {
namespace {

using namespace std::string_view_literals;

constexpr auto signature = "PGCOPY\n\377\r\n\0"sv;
constexpr std::size_t header_size = signature.size() + 8;  // flags, size of the extension
constexpr std::uint32_t critical_flags = 0xffff'0000;      // "the reader must abort if it finds an unexpected bit"
constexpr std::uint16_t trailer = 0xffff;
constexpr std::size_t first_capacity = std::size_t{80} << 10, most_kept = std::size_t{256} << 10;

}  // namespace

void put_header(bytes& out) {
    howdah::append(out, signature);
    put_u32(out, 0);
    put_u32(out, 0);
}

void put_trailer(bytes& out) { put_u16(out, trailer); }

void row_buffer::clear() noexcept {
    size_ = 0;
    if (capacity_ <= most_kept) return;  // one large value is no reason to keep its room
    memory_.reset();
    capacity_ = 0;
}

void row_writer::grow(std::size_t n) {
    const auto used = static_cast<std::size_t>(at_ - to_.memory_.get());
    const auto capacity = std::max({used + n, to_.capacity_ * 2, first_capacity});
    auto memory = std::make_unique_for_overwrite<std::byte[]>(capacity);  // NOLINT(modernize-avoid-c-arrays)
    if (used != 0) std::memcpy(memory.get(), to_.memory_.get(), used);
    to_.memory_ = std::move(memory);
    to_.capacity_ = capacity;
    at_ = to_.memory_.get() + used;
    end_ = to_.memory_.get() + capacity;
}

std::error_code row_writer::value(bytes_view content) {
    // As for a parameter: PostgreSQL holds no value of 1 GiB or more.
    constexpr auto largest_value = (std::size_t{1} << 30) - 1;
    if (content.size() > largest_value) return errc::message_too_large;
    auto* const at = room(data_row::length_size + content.size());
    store_big_endian(at, static_cast<std::uint32_t>(content.size()));
    if (!content.empty()) std::memcpy(at + data_row::length_size, content.data(), content.size());
    return {};
}

std::error_code row_writer::long_text(std::string_view content) {
    if (content.find('\0') != std::string_view::npos) return errc::invalid_encoding;
    return value(as_bytes(content));
}

error encode_error(std::error_code why, std::uint64_t row, const column& c, std::size_t position,
                   std::string_view cpp_type) {
    return error{why,
                 "row " + std::to_string(row) + " (" + std::string{cpp_type} + ") can't be copied into " +
                     describe(c, position) + ": " + why.message() +
                     (why == errc::parameter_type_mismatch ? "; COPY converts nothing: use the column's type" : "")};
}

reader::found reader::header(bytes_view data) {
    if (data.size() < header_size) return found::nothing;
    if (as_text(data.first(signature.size())) != signature) return found::garbage;
    const auto flags = load_big_endian<std::uint32_t>(data.data() + signature.size());
    const std::size_t extension = load_big_endian<std::uint32_t>(data.data() + signature.size() + 4);
    if ((flags & critical_flags) != 0) return found::garbage;
    if (data.size() - header_size < extension) return found::nothing;
    at_ += header_size + extension;
    begun_ = true;
    return found::row;
}

reader::found reader::next(bytes_view data, bytes_view& body) {
    if (ended_) return data.size() == at_ ? found::end : found::garbage;
    if (!begun_)
        if (const auto h = header(data.subspan(at_)); h != found::row) return h;
    const auto rest = data.subspan(at_);
    if (rest.size() < data_row::count_size) return found::nothing;
    const auto count = load_big_endian<std::uint16_t>(rest.data());
    if (count == trailer) {
        ended_ = true;
        at_ += data_row::count_size;
        return next(data, body);
    }
    std::size_t size = data_row::count_size;
    for (std::uint16_t i = 0; i < count; ++i) {
        if (rest.size() - size < data_row::length_size) return found::nothing;
        const auto length = data_row::field_length(rest.data() + size);
        if (length < data_row::null_length) return found::garbage;
        size += data_row::length_size;
        const auto content = static_cast<std::size_t>(std::max(length, 0));
        if (rest.size() - size < content) return found::nothing;
        size += content;
    }
    body = rest.first(size);
    at_ += size;
    return found::row;
}

}  // namespace howdah::copy_binary
