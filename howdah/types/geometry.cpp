#include "howdah/types/geometry.hpp"

#include <limits>
#include <utility>

#include "howdah/types/floats.hpp"
#include "howdah/types/scanner.hpp"

namespace howdah {
namespace types {
namespace {

constexpr std::size_t point_width = codec<point>::fixed_width;

bool read_pattern(scanner& in, std::string_view pattern, std::span<double> numbers) noexcept {
    std::size_t at = 0;
    for (char c : pattern)
        if (c == '#' ? !read_float(in, numbers[at++]) : !in.accept(c)) return false;
    return true;
}

/// Their number and the points (src/backend/utils/adt/geo_ops.c, path_send and poly_send).
std::error_code encode_points(const std::vector<point>& points, bytes& out) {
    if (points.empty() || std::cmp_greater(points.size(), std::numeric_limits<std::int32_t>::max() / point_width))
        return errc::value_out_of_range;
    put_i32(out, static_cast<std::int32_t>(points.size()));
    for (const auto& each : points) codec<point>::encode(each, out);
    return {};
}

std::error_code decode_points(reader& in, std::vector<point>& out) {
    const auto count = in.i32();
    if (!in.ok()) return errc::truncated;
    if (count <= 0) return errc::invalid_value;
    const auto points = in.rest();
    if (auto failed = check_width(points, static_cast<std::size_t>(count) * point_width)) return failed;
    out.resize(static_cast<std::size_t>(count));
    const auto* at = points.data();
    for (auto& each : out) {
        each = codec<point>::load(at);
        at += point_width;
    }
    return {};
}

std::error_code append_points(bytes& out, const std::vector<point>& points, std::string_view brackets) {
    if (points.empty()) return errc::value_out_of_range;
    append(out, brackets.substr(0, 1));
    for (const auto& each : points) {
        if (&each != &points.front()) append(out, ",");
        codec<point>::encode_text(each, out);
    }
    append(out, brackets.substr(1));
    return {};
}

std::error_code read_points(std::string_view text, std::string_view brackets, std::vector<point>& out) {
    scanner in{text};
    out.clear();
    if (!in.accept(brackets[0])) return errc::invalid_value;
    do {
        std::array<double, 2> numbers{};
        if (!read_pattern(in, point_pattern, numbers)) return errc::invalid_value;
        out.push_back({numbers[0], numbers[1]});
    } while (in.accept(','));
    return in.accept(brackets[1]) && in.at_end() ? std::error_code{} : errc::invalid_value;
}

}  // namespace

void append_numbers(bytes& out, std::string_view pattern, std::span<const double> numbers) {
    std::size_t at = 0;
    for (const char& c : pattern) {
        if (c == '#') append_float(out, numbers[at++]);
        else append(out, std::string_view{&c, 1});
    }
}

std::error_code read_numbers(std::string_view in, std::string_view pattern, std::span<double> numbers) noexcept {
    scanner from{in};
    return read_pattern(from, pattern, numbers) && from.at_end() ? std::error_code{} : errc::invalid_value;
}

}  // namespace types

std::error_code codec<path>::encode(const path& value, bytes& out) {
    put_u8(out, value.is_closed ? 1 : 0);
    return types::encode_points(value.points, out);
}

std::error_code codec<path>::decode(bytes_view in, path& out) {
    reader from{in};
    const auto closed = from.u8();
    if (closed > 1) return errc::invalid_value;
    out.is_closed = closed == 1;
    return types::decode_points(from, out.points);
}

std::error_code codec<path>::encode_text(const path& value, bytes& out) {
    return types::append_points(out, value.points, value.is_closed ? "()" : "[]");
}

std::error_code codec<path>::decode_text(std::string_view in, path& out) {
    out.is_closed = in.starts_with('(');
    return types::read_points(in, out.is_closed ? "()" : "[]", out.points);
}

std::error_code codec<polygon>::encode(const polygon& value, bytes& out) {
    return types::encode_points(value.points, out);
}

std::error_code codec<polygon>::decode(bytes_view in, polygon& out) {
    reader from{in};
    return types::decode_points(from, out.points);
}

std::error_code codec<polygon>::encode_text(const polygon& value, bytes& out) {
    return types::append_points(out, value.points, "()");
}

std::error_code codec<polygon>::decode_text(std::string_view in, polygon& out) {
    return types::read_points(in, "()", out.points);
}

}  // namespace howdah
