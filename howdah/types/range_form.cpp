#include "howdah/types/range_form.hpp"

#include <cstdint>
#include <limits>

#include "howdah/base/errc.hpp"
#include "howdah/base/reader.hpp"
#include "howdah/base/writer.hpp"
#include "howdah/types/composite_form.hpp"
#include "howdah/types/oids.hpp"
#include "howdah/types/scanner.hpp"

namespace howdah::types {
namespace {

// src/include/utils/rangetypes.h
constexpr unsigned empty_flag = 0x01;
constexpr unsigned lower_inclusive_flag = 0x02;
constexpr unsigned upper_inclusive_flag = 0x04;
constexpr unsigned lower_infinite_flag = 0x08;
constexpr unsigned upper_infinite_flag = 0x10;
constexpr unsigned known_flags = 0x1F;

std::error_code read_bound(reader& in, type_ref type, field& out) {
    const auto length = in.i32();
    if (!in.ok()) return errc::truncated;
    if (length < 0) return errc::invalid_value;
    out = {.data = in.take(static_cast<std::size_t>(length)), .type = type.type, .known = type.known};
    return in.ok() ? std::error_code{} : errc::truncated;
}

void append_bound(bytes& out, std::string_view text) {
    bool quote = text.empty();
    for (char c : text) quote |= is_space(c) || std::string_view{"\"\\()[],"}.find(c) != std::string_view::npos;
    if (quote) append_doubling_quotes(out, text);
    else append(out, text);
}

}  // namespace

std::error_code range_reader::read(const field& in) {
    shape_ = {};
    const auto bound_type = in.ref().bound();
    return in.format == format::binary ? read_binary(in.data, bound_type) : read_text(in.text(), bound_type);
}

std::error_code range_reader::read_binary(bytes_view in, type_ref bound_type) {
    reader from{in};
    const unsigned flags = from.u8();
    if ((flags & ~known_flags) != 0) return errc::invalid_value;
    shape_.is_empty = (flags & empty_flag) != 0;
    shape_.has_lower = !shape_.is_empty && (flags & lower_infinite_flag) == 0;
    shape_.has_upper = !shape_.is_empty && (flags & upper_infinite_flag) == 0;
    if (!from.ok()) return errc::truncated;
    if (shape_.is_empty) return from.finish();
    shape_.lower_bound = (flags & lower_inclusive_flag) != 0 ? bound::inclusive : bound::exclusive;
    shape_.upper_bound = (flags & upper_inclusive_flag) != 0 ? bound::inclusive : bound::exclusive;
    if (shape_.has_lower)
        if (auto failed = read_bound(from, bound_type, lower_)) return failed;
    if (shape_.has_upper)
        if (auto failed = read_bound(from, bound_type, upper_)) return failed;
    return from.finish();
}

std::error_code range_reader::read_text(std::string_view in, type_ref bound_type) {
    if (in == "empty") {
        shape_.is_empty = true;
        return {};
    }
    if (in.size() < 3 || (in.front() != '[' && in.front() != '(') || (in.back() != ']' && in.back() != ')'))
        return errc::invalid_value;
    shape_.lower_bound = in.front() == '[' ? bound::inclusive : bound::exclusive;
    shape_.upper_bound = in.back() == ']' ? bound::inclusive : bound::exclusive;
    in.remove_prefix(1);
    shape_.has_lower = !in.starts_with(',');
    if (!read_doubled_quotes(in, ",", lower_text_) || !in.starts_with(',')) return errc::invalid_value;
    in.remove_prefix(1);
    shape_.has_upper = in.size() > 1;
    if (!read_doubled_quotes(in, ",)]", upper_text_) || in.size() != 1) return errc::invalid_value;
    lower_ = {
        .data = as_bytes(lower_text_), .type = bound_type.type, .format = format::text, .known = bound_type.known};
    upper_ = {
        .data = as_bytes(upper_text_), .type = bound_type.type, .format = format::text, .known = bound_type.known};
    return {};
}

range_writer::range_writer(bytes& out, const range_shape& shape) : out_{out} {
    unsigned flags = shape.is_empty ? empty_flag : 0;
    if (!shape.is_empty) {
        if (!shape.has_lower) flags |= lower_infinite_flag;
        else if (shape.lower_bound == bound::inclusive) flags |= lower_inclusive_flag;
        if (!shape.has_upper) flags |= upper_infinite_flag;
        else if (shape.upper_bound == bound::inclusive) flags |= upper_inclusive_flag;
    }
    put_u8(out_, static_cast<std::uint8_t>(flags));
}

void range_writer::begin_bound() {
    length_at_ = out_.size();
    put_i32(out_, 0);
}

std::error_code range_writer::end_bound() {
    const auto length = out_.size() - length_at_ - sizeof(std::int32_t);
    if (length > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) return errc::message_too_large;
    store_big_endian(out_.data() + length_at_, static_cast<std::uint32_t>(length));
    return {};
}

void append_range(bytes& out, const range_shape& shape, std::string_view lower, std::string_view upper) {
    if (shape.is_empty) return append(out, "empty");
    append(out, shape.lower_bound == bound::inclusive && shape.has_lower ? "[" : "(");
    if (shape.has_lower) append_bound(out, lower);
    append(out, ",");
    if (shape.has_upper) append_bound(out, upper);
    append(out, shape.upper_bound == bound::inclusive && shape.has_upper ? "]" : ")");
}

}  // namespace howdah::types
