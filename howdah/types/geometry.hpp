#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "howdah/base/reader.hpp"
#include "howdah/base/writer.hpp"
#include "howdah/types/codec.hpp"

/// PostgreSQL's geometric types. Numbers are kept to the last bit in both forms; equality is that of the numbers, exact.
namespace howdah {

struct point {
    double x = 0;
    double y = 0;
    friend constexpr bool operator==(const point&, const point&) = default;
};

/// All points with a·x + b·y + c = 0; a and b are not both zero.
struct line {
    double a = 0;
    double b = 0;
    double c = 0;
    friend constexpr bool operator==(const line&, const line&) = default;
};

/// A line segment.
struct lseg {
    point from;
    point to;
    friend constexpr bool operator==(const lseg&, const lseg&) = default;
};

/// The server puts the upper right corner first, whichever two were sent.
struct box {
    point high;
    point low;
    friend constexpr bool operator==(const box&, const box&) = default;
};

struct circle {
    point center;
    double radius = 0;  // not below zero
    friend constexpr bool operator==(const circle&, const circle&) = default;
};

/// At least one point.
struct path {
    std::vector<point> points;
    bool is_closed = false;
    friend bool operator==(const path&, const path&) = default;
};

/// At least one point.
struct polygon {
    std::vector<point> points;
    friend bool operator==(const polygon&, const polygon&) = default;
};

namespace types {

/// Text that is `pattern` with a number for each #.
void append_numbers(bytes& out, std::string_view pattern, std::span<const double> numbers);
std::error_code read_numbers(std::string_view in, std::string_view pattern, std::span<double> numbers) noexcept;

inline constexpr std::string_view point_pattern = "(#,#)";
inline constexpr std::string_view line_pattern = "{#,#,#}";
inline constexpr std::string_view lseg_pattern = "[(#,#),(#,#)]";
inline constexpr std::string_view box_pattern = "(#,#),(#,#)";
inline constexpr std::string_view circle_pattern = "<(#,#),#>";

/// What is a fixed number of doubles.
template <class T, const std::string_view& Pattern>
struct doubles_codec {
    static constexpr int fixed_width = sizeof(T);
    using numbers = std::array<double, sizeof(T) / sizeof(double)>;

    static T load(const std::byte* in) noexcept {
        numbers out;
        for (double& each : out) {
            each = std::bit_cast<double>(load_big_endian<std::uint64_t>(in));
            in += sizeof each;
        }
        return std::bit_cast<T>(out);
    }
    static void encode(const T& value, bytes& out) {
        for (double each : std::bit_cast<numbers>(value)) put_f64(out, each);
    }
    static std::error_code decode(bytes_view in, T& out) noexcept {
        if (auto failed = check_width(in, fixed_width)) return failed;
        out = load(in.data());
        return {};
    }
    static void encode_text(const T& value, bytes& out) { append_numbers(out, Pattern, std::bit_cast<numbers>(value)); }
    static std::error_code decode_text(std::string_view in, T& out) noexcept {
        numbers read{};
        const auto failed = read_numbers(in, Pattern, read);
        out = std::bit_cast<T>(read);
        return failed;
    }
};

}  // namespace types

template <>
struct codec<point> : types::doubles_codec<point, types::point_pattern> {
    static constexpr oid type = oids::point;
};
template <>
struct codec<line> : types::doubles_codec<line, types::line_pattern> {
    static constexpr oid type = oids::line;
};
template <>
struct codec<lseg> : types::doubles_codec<lseg, types::lseg_pattern> {
    static constexpr oid type = oids::lseg;
};
template <>
struct codec<box> : types::doubles_codec<box, types::box_pattern> {
    static constexpr oid type = oids::box;
};
template <>
struct codec<circle> : types::doubles_codec<circle, types::circle_pattern> {
    static constexpr oid type = oids::circle;
};

/// In text a closed path is in (), an open one in [].
template <>
struct codec<path> {
    static constexpr oid type = oids::path;
    static std::error_code encode(const path& value, bytes& out);
    static std::error_code decode(bytes_view in, path& out);
    static std::error_code encode_text(const path& value, bytes& out);
    static std::error_code decode_text(std::string_view in, path& out);
};

template <>
struct codec<polygon> {
    static constexpr oid type = oids::polygon;
    static std::error_code encode(const polygon& value, bytes& out);
    static std::error_code decode(bytes_view in, polygon& out);
    static std::error_code encode_text(const polygon& value, bytes& out);
    static std::error_code decode_text(std::string_view in, polygon& out);
};

}  // namespace howdah
