#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <system_error>
#include <type_traits>

#include "howdah/base/bytes.hpp"
#include "howdah/base/errc.hpp"
#include "howdah/base/oid.hpp"
#include "howdah/types/field.hpp"
#include "howdah/types/oids.hpp"
#include "howdah/types/type_ref.hpp"

namespace howdah {

/// How the C++ type T travels. Specialise it for a type of your own:
///
///     template <> struct codec<T> {
///         static constexpr oid type{...};                              // leave it out for a type made in the database
///         static void encode(const T& value, bytes& out);              // appends the binary form
///         static std::error_code decode(bytes_view in, T& out);        // reads it, to the last byte
///     };
///
/// Encoders may return a std::error_code instead of void. Optional members:
///     static constexpr std::string_view type_name        a type made in the database: other types than that of this
///                                                        name are refused, once the catalog was asked
///     encode_text(value, out), decode_text(text, out)    PostgreSQL's text form. Without it statements are always
///                                                        described before their first use
///     accepts(oid) -> bool                               types other than `type` with the same binary form
///     encode_as(value, oid, out), decode_as(field, out)  instead of encode and decode where the form depends on the
///                                                        type; decode_as sees both formats, and never NULL. With
///                                                        type_ref instead of oid also what the catalog knows of it
///     uses_catalog                                       types made in the database are looked up before their first
///                                                        value is sent or read
///     sends_binary(type_ref) -> bool                     where that is not the same as accepts
///     parameter_format(value, oid) -> format             where the choice of the format depends on the value
///     fixed_width, load(const std::byte*)                bytes of the binary form if always the same, and an
///                                                        unchecked read of it
///     is_null(value), set_null(out)                      a type that has room for NULL
///     first_use_oid, first_use_type(value)               what Parse states on a first use; else the server finds out
///     wants_text_result, result_format(oid)              which format to ask for
///     borrows                                            true if what is read is a view into the field
template <class T>
struct codec;

template <class T>
concept has_codec = requires { sizeof(codec<std::remove_cvref_t<T>>); };

namespace types {

/// Bytes: PostgreSQL holds no value of 1 GiB or more.
inline constexpr std::size_t largest_value = (std::size_t{1} << 30) - 1;

template <class T>
concept encodes_binary = requires(const T& value, bytes& out) { codec<T>::encode(value, out); } ||
                         requires(const T& value, bytes& out) { codec<T>::encode_as(value, type_ref{}, out); };
template <class T>
concept encodes_text = requires(const T& value, bytes& out) { codec<T>::encode_text(value, out); };
template <class T>
concept decodes_any = requires(const field& in, T& out) { codec<T>::decode_as(in, out); };
template <class T>
concept decodes_binary = requires(bytes_view in, T& out) { codec<T>::decode(in, out); };
template <class T>
concept decodes_text = requires(std::string_view in, T& out) { codec<T>::decode_text(in, out); };
template <class T>
concept has_static_type = requires { codec<T>::type; };

}  // namespace types

/// Values of T can be sent.
template <class T>
concept parameter_type =
    has_codec<T> && (types::encodes_binary<std::remove_cvref_t<T>> || types::encodes_text<std::remove_cvref_t<T>>);

namespace types {

/// Fields can be read as T.
template <class T>
concept readable = has_codec<T> && (decodes_any<std::remove_cvref_t<T>> || decodes_binary<std::remove_cvref_t<T>> ||
                                    decodes_text<std::remove_cvref_t<T>>);

/// A struct that has no codec of its own: see composite.hpp.
template <class T>
concept composite = requires { codec<std::remove_cvref_t<T>>::is_composite_codec; };

}  // namespace types

/// T stands for one column or element. A struct without a codec of its own does not: as a row it stands for all of the
/// columns, although decode reads one composite value into it too.
template <class T>
concept field_type = types::readable<T> && !types::composite<T>;

namespace types {

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

/// T, or what the optional holds.
template <class T>
struct unwrapped {
    using type = std::remove_cvref_t<T>;
};
template <class T>
struct unwrapped<std::optional<T>> : unwrapped<T> {};
template <class T>
using codec_of = codec<typename unwrapped<std::remove_cvref_t<T>>::type>;

template <class Codec>
constexpr bool wants_text() {
    if constexpr (requires { Codec::wants_text_result; }) return Codec::wants_text_result;
    else return false;
}

template <class Codec>
constexpr bool asks_catalog() {
    if constexpr (requires { Codec::uses_catalog; }) return Codec::uses_catalog;
    else return requires { Codec::type_name; };
}

/// What is read is a view into the field.
template <class T>
inline constexpr bool borrows = requires { codec_of<T>::borrows; };

template <class Codec>
constexpr int width() {
    if constexpr (requires { Codec::fixed_width; }) return Codec::fixed_width;
    else return 0;
}

template <class Codec>
constexpr oid stated_oid() {
    if constexpr (requires { Codec::first_use_oid; }) return Codec::first_use_oid;
    else return oid{};
}

/// Runs an encoder that returns void or std::error_code.
template <class F>
std::error_code status_of(F&& encode) {
    if constexpr (std::is_void_v<decltype(encode())>) {
        encode();
        return {};
    } else {
        return encode();
    }
}

/// errc::truncated, errc::trailing_bytes, or no error.
inline std::error_code check_width(bytes_view in, std::size_t width) noexcept {
    if (in.size() == width) [[likely]]
        return {};
    return in.size() < width ? errc::truncated : errc::trailing_bytes;
}

}  // namespace types

/// T's own type; oid{} if only the catalog knows it.
template <class T>
inline constexpr oid oid_of = [] {
    if constexpr (requires { types::codec_of<T>::type; }) return types::codec_of<T>::type;
    else return oid{};
}();

/// Values of T have a text form, so a statement with such parameters needs no description before its first use.
template <class T>
inline constexpr bool has_text_form = types::encodes_text<typename types::unwrapped<std::remove_cvref_t<T>>::type>;

/// What a database's catalog says of a type helps to send or read T: arrays, composites, ranges.
template <class T>
inline constexpr bool uses_catalog = types::asks_catalog<types::codec_of<T>>();

/// T has room for NULL.
template <class T>
inline constexpr bool is_nullable =
    requires(std::remove_cvref_t<T>& out) { codec<std::remove_cvref_t<T>>::set_null(out); };

/// On a statement's first use, when nothing is known of its columns, T's column is asked for as text: strings, which
/// stand for a value of any type by its text form, and what is made of them.
template <class T>
inline constexpr bool wants_text_result = types::wants_text<types::codec_of<T>>();

/// What Parse states for a parameter of T on the first use: oid{} (the server finds out), or a type for those whose
/// text form would silently fit a column of another one (bytea).
template <class T>
inline constexpr oid first_use_oid = types::stated_oid<types::codec_of<T>>();

/// The same for one value, where it depends on the value.
template <class T>
oid first_use_type(const T& value) noexcept {
    if constexpr (requires { codec<T>::first_use_type(value); }) return codec<T>::first_use_type(value);
    else return first_use_oid<T>;
}

/// Bytes of the binary form of oid_of<T>, or 0 if they vary, or if not every pattern of bits is a T.
template <class T>
inline constexpr int fixed_width = types::width<codec<T>>();

/// Reads the binary form of oid_of<T>, which has fixed_width<T> bytes. Checks nothing.
template <class T>
    requires(fixed_width<T> > 0)
T load_fixed(const std::byte* in) noexcept {
    return codec<T>::load(in);
}

namespace types {

/// T's binary form is one of `type`, which is no domain.
template <class T>
constexpr bool fits(type_ref type) noexcept {
    using codec_type = codec<std::remove_cvref_t<T>>;
    if constexpr (requires { codec_type::accepts(type); }) {
        return codec_type::accepts(type);
    } else if constexpr (types::has_static_type<std::remove_cvref_t<T>>) {
        return type.type == codec_type::type;
    } else if constexpr (requires { codec_type::type_name; }) {
        return is_user_defined(type) && type.may_be_called(codec_type::type_name);
    } else {
        return is_user_defined(type);
    }
}

}  // namespace types

/// T's binary form is one of `type`, or of the type under that domain.
template <class T>
constexpr bool binary_form_fits(type_ref type) noexcept {
    return types::fits<T>(type.base());
}

/// Values of T can be sent to a parameter of type `target` in binary.
template <class T>
constexpr bool sends_binary(type_ref target) noexcept {
    using codec_type = codec<std::remove_cvref_t<T>>;
    if constexpr (requires { codec_type::sends_binary(target); }) return codec_type::sends_binary(target.base());
    else if constexpr (types::encodes_binary<std::remove_cvref_t<T>>) return binary_form_fits<T>(target);
    else return false;
}

/// Values of `type` can be read as T in binary.
template <class T>
constexpr bool reads_binary(type_ref type) noexcept {
    using codec_type = codec<std::remove_cvref_t<T>>;
    if constexpr (requires { codec_type::reads_binary(type); }) return codec_type::reads_binary(type.base());
    else return !wants_text_result<T> || binary_form_fits<T>(type);
}

/// Sent as NULL.
template <class T>
bool is_null(const T& value) noexcept {
    if constexpr (requires { codec<T>::is_null(value); }) return codec<T>::is_null(value);
    else return false;
}

/// The format in which `value` travels to a parameter of type `target` (oid{}: not known yet). `value` is not NULL.
template <class T>
enum format parameter_format(const T& value, type_ref target) noexcept {
    static_assert(parameter_type<T>, "howdah: no codec<T> for this C++ type of parameter; include its header from "
                                     "howdah/types/, or specialise howdah::codec<T> (see howdah/types/codec.hpp)");
    if constexpr (requires { codec<T>::parameter_format(value, target); }) {
        return codec<T>::parameter_format(value, target.base());
    } else if constexpr (!types::encodes_text<T>) {
        return format::binary;
    } else {
        return sends_binary<T>(target) ? format::binary : format::text;
    }
}

namespace types {

template <class T>
std::error_code encode_binary_to_end(const T& value, type_ref target, bytes& out) {
    target = target.base();
    if constexpr (requires { codec<T>::encode_as(value, target, out); }) {
        return status_of([&] { return codec<T>::encode_as(value, target, out); });
    } else if constexpr (encodes_binary<T>) {
        if (!fits<T>(target)) return errc::parameter_type_mismatch;
        return status_of([&] { return codec<T>::encode(value, out); });
    } else {
        return errc::parameter_type_mismatch;
    }
}

template <class F>
std::error_code restoring_on_error(bytes& out, F&& encode) {
    const auto size = out.size();
    const std::error_code failed = encode();
    if (failed) out.resize(size);
    return failed;
}

}  // namespace types

/// Appends the binary form that a parameter of type `target` takes. `value` is not NULL. On an error `out` is as before.
/// Errors: value_out_of_range, parameter_type_mismatch, invalid_encoding, message_too_large.
template <class T>
std::error_code encode_binary(const T& value, type_ref target, bytes& out) {
    static_assert(parameter_type<T>, "howdah: no codec<T> for this C++ type of parameter; include its header from "
                                     "howdah/types/, or specialise howdah::codec<T> (see howdah/types/codec.hpp)");
    return types::restoring_on_error(out, [&] { return types::encode_binary_to_end(value, target, out); });
}

/// Appends PostgreSQL's text form. `value` is not NULL. On an error `out` is as before.
/// Errors: parameter_type_mismatch (T has no text form), value_out_of_range, invalid_encoding.
template <class T>
std::error_code encode_text(const T& value, bytes& out) {
    static_assert(parameter_type<T>, "howdah: no codec<T> for this C++ type of parameter; include its header from "
                                     "howdah/types/, or specialise howdah::codec<T> (see howdah/types/codec.hpp)");
    if constexpr (types::encodes_text<T>) {
        return types::restoring_on_error(
            out, [&] { return types::status_of([&] { return codec<T>::encode_text(value, out); }); });
    } else {
        return errc::parameter_type_mismatch;
    }
}

/// Appends either form: encode_text or encode_binary.
template <class T>
std::error_code encode(const T& value, type_ref target, enum format as, bytes& out) {
    return as == format::text ? encode_text(value, out) : encode_binary(value, target, out);
}

namespace types {

/// By the field's own type, not by that under its domain.
template <class T>
std::error_code decode_undomained(const field& in, T& out) {
    if constexpr (decodes_any<T>) {
        return codec<T>::decode_as(in, out);
    } else {
        const bool fits = types::fits<T>(in.ref());
        if constexpr (decodes_binary<T>)
            if (in.format == format::binary && fits) [[likely]]
                return codec<T>::decode(in.data, out);
        if constexpr (decodes_text<T>)
            if (in.format == format::text && (fits || in.type == oid{} || is_user_defined(in.type)))
                return codec<T>::decode_text(in.text(), out);
        return errc::type_mismatch;
    }
}

}  // namespace types

/// Reads a field of either format.
/// Errors: unexpected_null, type_mismatch (the column's type can't become a T), value_out_of_range (this value can't),
/// invalid_value, truncated, trailing_bytes, invalid_encoding (the bytes are not of the column's type).
/// What `out` holds after an error is not specified.
template <class T>
std::error_code decode(const field& in, T& out) {
    static_assert(types::readable<T>, "howdah: no codec<T> for this C++ type of field; include its header from "
                                      "howdah/types/, or specialise howdah::codec<T> (see howdah/types/codec.hpp)");
    if (in.is_null) [[unlikely]] {
        if constexpr (is_nullable<T>) {
            codec<T>::set_null(out);
            return {};
        } else {
            return errc::unexpected_null;
        }
    }
    const auto failed = types::decode_undomained(in, out);
    if (!failed) [[likely]]
        return failed;
    const auto base = in.ref().base();
    if (failed != errc::type_mismatch || base.type == in.type) return failed;
    auto under_domain = in;
    under_domain.type = base.type;
    return types::decode_undomained(under_domain, out);
}

/// The format to ask for when the column's type is known.
template <class T>
enum format result_format(type_ref column) noexcept {
    using codec_type = types::codec_of<T>;
    if constexpr (requires { codec_type::result_format(column); }) return codec_type::result_format(column.base());
    else if constexpr (wants_text_result<T>) return format::text;
    else if constexpr (types::decodes_binary<typename types::unwrapped<std::remove_cvref_t<T>>::type> ||
                       types::decodes_any<typename types::unwrapped<std::remove_cvref_t<T>>::type>)
        return format::binary;
    else return format::text;
}

}  // namespace howdah
