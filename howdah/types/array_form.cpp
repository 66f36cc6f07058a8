#include "howdah/types/array_form.hpp"

#include <algorithm>
#include <limits>

#include "howdah/base/errc.hpp"
#include "howdah/base/writer.hpp"

namespace howdah::types {
namespace {

constexpr std::size_t length_size = sizeof(std::int32_t);

}  // namespace

std::error_code array_shape::measure(std::span<const dimension> dimensions, std::size_t most) noexcept {
    *this = {};
    if (dimensions.size() > max_dimensions) return errc::invalid_value;
    std::size_t count = dimensions.empty() ? 0 : 1;
    for (const auto& each : dimensions) {
        std::int32_t end = 0;
        if (each.size < 0 || __builtin_add_overflow(each.lower_bound, each.size, &end)) return errc::invalid_value;
        if (each.size == 0) return {};  // empty, whatever the others are
    }
    for (const auto& each : dimensions) {
        if (__builtin_mul_overflow(count, static_cast<std::size_t>(each.size), &count)) return errc::invalid_value;
        if (count > most) return errc::truncated;
    }
    std::ranges::copy(dimensions, dimensions_.begin());
    rank_ = dimensions.size();
    count_ = count;
    return {};
}

std::error_code array_shape::assign(std::span<const dimension> dimensions, std::size_t elements) noexcept {
    if (measure(dimensions, elements) || count_ != elements) return errc::invalid_value;
    return {};
}

std::error_code array_shape::assign_list(std::size_t elements) noexcept {
    *this = {};
    if (elements == 0) return {};
    if (elements >= static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) return errc::message_too_large;
    dimensions_[0] = {.size = static_cast<std::int32_t>(elements)};
    rank_ = 1;
    count_ = elements;
    return {};
}

std::error_code array_reader::open(bytes_view in, type_ref element_type) noexcept {
    in_ = reader{in};
    const auto rank = in_.i32();
    const auto flags = in_.u32();
    element_type_ = element_type.related(oid{in_.u32()});
    if (!in_.ok()) return errc::truncated;
    if (rank < 0 || rank > static_cast<std::int32_t>(max_dimensions) || flags > 1) return errc::invalid_value;
    // No array holds another one, so what says so is made up, and could nest without end.
    if (element_type.type != oid{} && element_type_.type != element_type.type) return errc::invalid_value;
    std::array<dimension, max_dimensions> dimensions;
    for (std::int32_t i = 0; i < rank; ++i) {
        const auto size = in_.i32();
        dimensions[static_cast<std::size_t>(i)] = {.size = size, .lower_bound = in_.i32()};
    }
    if (!in_.ok()) return errc::truncated;
    const std::span stated{dimensions.data(), static_cast<std::size_t>(rank)};
    if (auto failed = shape_.measure(stated, in_.remaining() / length_size)) return failed;
    left_ = shape_.count();
    return {};
}

bool array_reader::next(field& out) noexcept {
    if (left_ == 0) return false;
    --left_;
    const auto length = in_.i32();
    out = {.data = {},
           .type = element_type_.type,
           .format = format::binary,
           .is_null = length == -1,
           .known = element_type_.known};
    if (length < -1) failed_ = errc::invalid_value;
    else if (length > 0) out.data = in_.take(static_cast<std::size_t>(length));
    return !failed_ && in_.ok();
}

array_writer::array_writer(bytes& out, const array_shape& shape, oid element_type) : out_{out} {
    put_i32(out_, static_cast<std::int32_t>(shape.rank()));
    flags_at_ = out_.size();
    put_i32(out_, 0);
    put_u32(out_, static_cast<std::uint32_t>(element_type));
    for (const auto& each : shape.dimensions()) {
        put_i32(out_, each.size);
        put_i32(out_, each.lower_bound);
    }
}

void array_writer::null() {
    constexpr std::uint32_t has_nulls = 1;
    store_big_endian(out_.data() + flags_at_, has_nulls);
    put_i32(out_, -1);
}

void array_writer::begin_element() {
    length_at_ = out_.size();
    put_i32(out_, 0);
}

std::error_code array_writer::end_element() {
    const auto length = out_.size() - length_at_ - length_size;
    if (length > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) return errc::message_too_large;
    store_big_endian(out_.data() + length_at_, static_cast<std::uint32_t>(length));
    return {};
}

}  // namespace howdah::types
