#include "howdah/sql/copy_binary.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace howdah::copy_binary {
namespace {

using namespace std::string_view_literals;

constexpr auto signature = "PGCOPY\n\377\r\n\0"sv;
constexpr std::size_t header_size = signature.size() + 8;  // flags, size of the extension
constexpr std::uint32_t critical_flags = 0xffff'0000;      // "the reader must abort if it finds an unexpected bit"
constexpr std::uint16_t trailer = 0xffff;

}  // namespace

void put_header(bytes& out) {
    howdah::append(out, signature);
    put_u32(out, 0);
    put_u32(out, 0);
}

void put_trailer(bytes& out) { put_u16(out, trailer); }

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

reader::found frame_reader::next_joined(bytes_view& frames, bytes_view& body) {
    for (;;) {
        if (!joined_.empty()) {
            const auto what = reader_.next(joined_, body);
            if (what != reader::found::nothing) return what;
            joined_.erase(joined_.begin(), joined_.begin() + static_cast<std::ptrdiff_t>(reader_.consumed()));
            reader_.rebase();
        }
        if (frames.empty()) return reader::found::nothing;
        if (holds_a_row(frames)) {
            body = take_frame(frames);
            return reader::found::row;
        }
        append(joined_, take_frame(frames));
    }
}

bool frame_reader::rejoin(bytes_view body) {
    if (!joined_.empty()) return false;
    append(joined_, body);
    return true;
}

}  // namespace howdah::copy_binary
