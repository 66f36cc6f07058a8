#pragma once

#include "howdah/types/integers.hpp"
#include "howdah/types/scanner.hpp"

namespace howdah {

namespace types {

/// From either float type, an integer that is exact, or a numeric (rounded), in either format.
std::error_code decode_float(const field& in, double& out);
/// The same; value_out_of_range if a finite value would become infinite.
std::error_code decode_float(const field& in, float& out);
std::error_code encode_float(double value, oid target, bytes& out);
/// PostgreSQL's text form: the shortest that reads back as the same number; NaN, Infinity, -Infinity.
void append_float(bytes& out, double value);
void append_float(bytes& out, float value);
/// Reads one from the left; false if there is none, or it is out of range.
bool read_float(scanner& in, double& out) noexcept;
bool read_float(scanner& in, float& out) noexcept;

/// Both float types in both C++ ones; to any other type of parameter they go as text.
template <class T>
struct float_codec {
    static constexpr oid type = sizeof(T) == 4 ? oids::float4 : oids::float8;
    static constexpr int fixed_width = sizeof(T);
    using word = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;

    static T load(const std::byte* in) noexcept { return std::bit_cast<T>(load_big_endian<word>(in)); }
    static constexpr bool accepts(oid target) noexcept { return target == oids::float8 || target == oids::float4; }
    static std::error_code encode_as(T value, oid target, bytes& out) {
        return encode_float(static_cast<double>(value), target, out);
    }
    static void encode_text(T value, bytes& out) { append_float(out, value); }
    static std::error_code decode_as(const field& in, T& out) {
        if (in.type == type && in.format == format::binary && in.data.size() == sizeof(T)) [[likely]] {
            out = load(in.data.data());
            return {};
        }
        return decode_float(in, out);
    }
};

}  // namespace types

template <>
struct codec<float> : types::float_codec<float> {};
template <>
struct codec<double> : types::float_codec<double> {};

}  // namespace howdah
