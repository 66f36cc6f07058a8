#pragma once

#include <concepts>
#include <utility>

#include "howdah/base/reader.hpp"
#include "howdah/base/writer.hpp"
#include "howdah/types/codec.hpp"

namespace howdah {

/// The C++ integers; not bool, and not the character types.
template <class T>
concept integer = std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char> && !std::same_as<T, wchar_t> &&
                  !std::same_as<T, char8_t> && !std::same_as<T, char16_t> && !std::same_as<T, char32_t>;

namespace types {

/// Types that have room for whole numbers, as far as the value fits.
constexpr bool is_number(oid type) noexcept {
    return type == oids::int4 || type == oids::int8 || type == oids::int2 || type == oids::numeric ||
           type == oids::float8 || type == oids::float4 || type == oids::oid;
}

constexpr oid integer_type(std::size_t size, bool is_signed) noexcept {
    if (size == 1 || (size == 2 && is_signed)) return oids::int2;
    if (size == 2 || (size == 4 && is_signed)) return oids::int4;
    return size == 4 || is_signed ? oids::int8 : oids::numeric;
}

/// Into any type of is_number. Errors: value_out_of_range; parameter_type_mismatch.
std::error_code encode_integer(std::int64_t value, oid target, bytes& out);
std::error_code encode_integer(std::uint64_t value, oid target, bytes& out);
void append_integer(bytes& out, std::int64_t value);
void append_integer(bytes& out, std::uint64_t value);

/// From any integer type, xid8, or a numeric without a fraction, in either format.
std::error_code decode_integer(const field& in, std::int64_t& out);
std::error_code decode_integer(const field& in, std::uint64_t& out);

}  // namespace types

/// An integer fits every numeric type that has room for its value; else value_out_of_range.
template <integer T>
struct codec<T> {
    using widest = std::conditional_t<std::signed_integral<T>, std::int64_t, std::uint64_t>;
    static constexpr oid type = types::integer_type(sizeof(T), std::signed_integral<T>);
    static constexpr int fixed_width = std::signed_integral<T> && sizeof(T) > 1 ? sizeof(T) : 0;

    static T load(const std::byte* in) noexcept
        requires(fixed_width > 0)
    {
        return static_cast<T>(load_big_endian<std::make_unsigned_t<T>>(in));
    }
    static constexpr bool accepts(oid target) noexcept { return types::is_number(target); }
    static std::error_code encode_as(T value, oid target, bytes& out) {
        if constexpr (fixed_width > 0) {
            if (target == type) [[likely]] {
                put_big_endian(out, static_cast<std::make_unsigned_t<T>>(value));
                return {};
            }
        }
        return types::encode_integer(static_cast<widest>(value), target, out);
    }
    static void encode_text(T value, bytes& out) { types::append_integer(out, static_cast<widest>(value)); }
    static std::error_code decode_as(const field& in, T& out) {
        if constexpr (fixed_width > 0) {
            if (in.type == type && in.format == format::binary && in.data.size() == sizeof(T)) [[likely]] {
                out = load(in.data.data());
                return {};
            }
        }
        widest wide{};
        if (auto failed = types::decode_integer(in, wide)) return failed;
        if (!std::in_range<T>(wide)) return errc::value_out_of_range;
        out = static_cast<T>(wide);
        return {};
    }
};

}  // namespace howdah
