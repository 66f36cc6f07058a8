#include "howdah/types/floats.hpp"

#include <charconv>
#include <cmath>
#include <limits>

#include "howdah/base/writer.hpp"
#include "howdah/types/numeric.hpp"

namespace howdah::types {
namespace {

constexpr bool is_float(oid type) noexcept { return type == oids::float8 || type == oids::float4; }

template <class Float>
std::error_code take_float(scanner& in, Float& out) noexcept {
    const auto text = in.rest();
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (failed == std::errc::result_out_of_range) return errc::value_out_of_range;
    if (failed != std::errc{}) return errc::invalid_value;
    in.skip(static_cast<std::size_t>(end - text.data()));
    return {};
}

template <class Float>
std::error_code float_from_text(std::string_view in, Float& out) {
    scanner from{in};
    if (auto failed = take_float(from, out)) return failed;
    return from.at_end() ? std::error_code{} : errc::invalid_value;
}

std::error_code from_integer(const field& in, double& out) {
    std::int64_t whole = 0;
    if (auto failed = decode_integer(in, whole)) return failed;
    constexpr auto exact = std::int64_t{1} << std::numeric_limits<double>::digits;
    if (whole > exact || whole < -exact) return errc::value_out_of_range;
    out = static_cast<double>(whole);
    return {};
}

std::error_code from_numeric(const field& in, double& out) {
    decimal number;
    if (auto failed = howdah::decode(in, number)) return failed;
    out = number.to_double();
    return std::isinf(out) && number.is_finite() ? errc::value_out_of_range : std::error_code{};
}

template <class Wide>
std::error_code from_binary(bytes_view in, double& out) {
    if (auto failed = check_width(in, sizeof(Wide))) return failed;
    out = static_cast<double>(float_codec<Wide>::load(in.data()));
    return {};
}

/// Digits up to which PostgreSQL writes no exponent (src/common/d2s.c, f2s.c).
template <class Float>
inline constexpr int plain_digits = std::numeric_limits<Float>::digits10;

template <class Float>
void append_shortest(bytes& out, Float value) {
    if (std::isnan(value)) return append(out, "NaN");
    if (std::isinf(value)) return append(out, value < 0 ? "-Infinity" : "Infinity");
    char text[32];
    auto end = std::to_chars(std::begin(text), std::end(text), value, std::chars_format::scientific).ptr;
    std::string_view shown{text, static_cast<std::size_t>(end - text)};
    scanner exponent_text{shown.substr(shown.find('e') + 1)};
    std::int64_t exponent = 0;
    exponent_text.signed_digits(exponent);
    if (exponent >= -4 && exponent < plain_digits<Float>) {
        end = std::to_chars(std::begin(text), std::end(text), value, std::chars_format::fixed).ptr;
        shown = {text, static_cast<std::size_t>(end - text)};
    }
    append(out, shown);
}

}  // namespace

std::error_code decode_float(const field& in, double& out) {
    if (in.type == oids::numeric) return from_numeric(in, out);
    const bool unknown = in.type == oid{} || is_user_defined(in.type);
    if (in.format == format::text && (is_float(in.type) || unknown)) return float_from_text(in.text(), out);
    if (in.type == oids::float8) return from_binary<double>(in.data, out);
    if (in.type == oids::float4) return from_binary<float>(in.data, out);
    return from_integer(in, out);
}

std::error_code decode_float(const field& in, float& out) {
    if (in.format == format::text && is_float(in.type)) return float_from_text(in.text(), out);
    double wide = 0;
    if (auto failed = decode_float(in, wide)) return failed;
    out = static_cast<float>(wide);
    return std::isinf(out) && !std::isinf(wide) ? errc::value_out_of_range : std::error_code{};
}

std::error_code encode_float(double value, oid target, bytes& out) {
    if (target == oids::float8) {
        put_f64(out, value);
    } else if (target == oids::float4) {
        const auto narrow = static_cast<float>(value);
        if (std::isinf(narrow) && !std::isinf(value)) return errc::value_out_of_range;
        put_f32(out, narrow);
    } else {
        return errc::parameter_type_mismatch;
    }
    return {};
}

bool read_float(scanner& in, double& out) noexcept { return !take_float(in, out); }
bool read_float(scanner& in, float& out) noexcept { return !take_float(in, out); }

void append_float(bytes& out, double value) { append_shortest(out, value); }
void append_float(bytes& out, float value) { append_shortest(out, value); }

}  // namespace howdah::types
