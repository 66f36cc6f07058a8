#include "howdah/types/integers.hpp"

#include <charconv>

#include "howdah/base/writer.hpp"
#include "howdah/types/numeric.hpp"

namespace howdah::types {
namespace {

template <class Number>
std::error_code encode_exactly(Number value, oid target, bytes& out) {
    if (target == oids::int8 && std::in_range<std::int64_t>(value)) put_i64(out, static_cast<std::int64_t>(value));
    else if (target == oids::int4 && std::in_range<std::int32_t>(value)) put_i32(out, static_cast<std::int32_t>(value));
    else if (target == oids::int2 && std::in_range<std::int16_t>(value)) put_i16(out, static_cast<std::int16_t>(value));
    else if (target == oids::oid && std::in_range<std::uint32_t>(value))
        put_u32(out, static_cast<std::uint32_t>(value));
    else return is_number(target) ? errc::value_out_of_range : errc::parameter_type_mismatch;
    return {};
}

/// Whole numbers up to this one are all exact in a Float.
template <class Float>
inline constexpr std::int64_t exact_limit = std::int64_t{1} << std::numeric_limits<Float>::digits;

template <class Float, class Number>
bool is_exact(Number value) {
    return std::cmp_less_equal(value, exact_limit<Float>) && std::cmp_greater_equal(value, -exact_limit<Float>);
}

template <class Number>
std::error_code encode_number(Number value, oid target, bytes& out) {
    if (target == oids::numeric) return codec<decimal>::encode(decimal{value}, out);
    if (target == oids::float8 && is_exact<double>(value)) put_f64(out, static_cast<double>(value));
    else if (target == oids::float4 && is_exact<float>(value)) put_f32(out, static_cast<float>(value));
    else return encode_exactly(value, target, out);
    return {};
}

template <class Number>
void append_digits(bytes& out, Number value) {
    char digits[24];
    const auto end = std::to_chars(std::begin(digits), std::end(digits), value).ptr;
    append(out, std::string_view{digits, static_cast<std::size_t>(end - digits)});
}

bool is_integer_type(oid type) noexcept {
    return type == oids::int8 || type == oids::int4 || type == oids::int2 || type == oids::oid || type == oids::xid8;
}

template <class Number>
std::error_code integer_from_text(std::string_view in, Number& out) {
    const auto [end, failed] = std::from_chars(in.data(), in.data() + in.size(), out);
    if (failed == std::errc::result_out_of_range) return errc::value_out_of_range;
    if (failed != std::errc{} || end != in.data() + in.size()) return errc::invalid_value;
    return {};
}

template <class Wide, class Number>
std::error_code from_binary(bytes_view in, Number& out) {
    if (auto failed = check_width(in, sizeof(Wide))) return failed;
    const auto value = static_cast<Wide>(load_big_endian<std::make_unsigned_t<Wide>>(in.data()));
    if (!std::in_range<Number>(value)) return errc::value_out_of_range;
    out = static_cast<Number>(value);
    return {};
}

template <class Number>
std::error_code from_decimal(const field& in, Number& out) {
    decimal number;
    if (auto failed = howdah::decode(in, number)) return failed;
    const auto whole = number.to_integer<Number>();
    if (!whole) return errc::value_out_of_range;
    out = *whole;
    return {};
}

template <class Number>
std::error_code decode_number(const field& in, Number& out) {
    if (in.type == oids::numeric) return from_decimal(in, out);
    if (in.format == format::text) {
        if (!is_integer_type(in.type) && in.type != oid{} && !is_user_defined(in.type)) return errc::type_mismatch;
        return integer_from_text(in.text(), out);
    }
    if (in.type == oids::int8) return from_binary<std::int64_t>(in.data, out);
    if (in.type == oids::int4) return from_binary<std::int32_t>(in.data, out);
    if (in.type == oids::int2) return from_binary<std::int16_t>(in.data, out);
    if (in.type == oids::oid) return from_binary<std::uint32_t>(in.data, out);
    if (in.type == oids::xid8) return from_binary<std::uint64_t>(in.data, out);
    return errc::type_mismatch;
}

}  // namespace

std::error_code encode_integer(std::int64_t value, oid target, bytes& out) { return encode_number(value, target, out); }
std::error_code encode_integer(std::uint64_t value, oid target, bytes& out) {
    return encode_number(value, target, out);
}
void append_integer(bytes& out, std::int64_t value) { append_digits(out, value); }
void append_integer(bytes& out, std::uint64_t value) { append_digits(out, value); }
std::error_code decode_integer(const field& in, std::int64_t& out) { return decode_number(in, out); }
std::error_code decode_integer(const field& in, std::uint64_t& out) { return decode_number(in, out); }

}  // namespace howdah::types
