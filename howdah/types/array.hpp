#pragma once

#include <array>
#include <span>
#include <string_view>
#include <vector>

#include "howdah/types/array_form.hpp"
#include "howdah/types/builtin_types.hpp"
#include "howdah/types/codec.hpp"
#include "howdah/types/optional.hpp"

namespace howdah {

/// An array of any shape; elements that may be NULL are std::optional<T>. The last dimension varies fastest.
/// std::vector<T> and std::array<T, N> do for one dimension that begins at 1.
template <class T>
struct array {
    std::vector<T> elements;
    std::vector<dimension> dimensions;  // none for an empty array; at most 6

    friend bool operator==(const array&, const array&) = default;
};

namespace types {

/// What has a codec and is no array itself (PostgreSQL's arrays of arrays are arrays of more dimensions).
template <class T>
inline constexpr bool is_array = requires { codec<std::remove_cvref_t<T>>::is_array_codec; };
template <class T>
concept element_type =
    has_codec<T> && !is_array<typename unwrapped<T>::type> && !std::same_as<std::remove_cv_t<T>, std::byte>;

/// A view into an element's text would outlive that text.
template <class T>
concept owning_type = readable<T> && !borrows<T>;

template <class T>
constexpr char delimiter_of() {
    return type_ref{oid_of<T>}.delimiter();
}

template <class Elements>
std::error_code encode_elements(const Elements& elements, const array_shape& shape, type_ref element, bytes& out) {
    using T = std::remove_cvref_t<decltype(*elements.begin())>;
    array_writer to{out, shape, element};
    for (const auto& each : elements) {
        if (is_null(each)) {
            to.null();
            continue;
        }
        to.begin_element();
        if (auto failed = encode_binary_to_end<T>(each, element, out)) return failed;
        if (auto failed = to.end_element()) return failed;
    }
    return {};
}

template <class T, class Elements>
std::error_code encode_elements_text(const Elements& elements, const array_shape& shape, bytes& out) {
    array_text_writer to{out, shape, delimiter_of<T>()};
    bytes text;
    for (const auto& each : elements) {
        if (is_null(each)) {
            to.null();
            continue;
        }
        text.clear();
        if (auto failed = encode_text<T>(each, text)) return failed;
        to.element(as_text(text));
    }
    to.finish();
    return {};
}

/// Calls prepare(shape), then each(field) for every element, until one fails. `delimiter` is taken where the elements'
/// type is not known.
template <class Prepare, class Each>
std::error_code decode_elements(const field& in, char delimiter, Prepare&& prepare, Each&& each) {
    if (in.format == format::binary) {
        array_reader from;
        if (auto failed = from.open(in.data, in.ref().element())) return failed;
        if (auto failed = prepare(from.shape())) return failed;
        for (field element; from.next(element);)
            if (auto failed = each(element)) return failed;
        return from.finish();
    }
    array_text text;
    if (auto failed = text.read(in.text(), in.ref(), delimiter)) return failed;
    if (auto failed = prepare(text.shape())) return failed;
    for (std::size_t i = 0; i < text.shape().count(); ++i)
        if (auto failed = each(text.element(i))) return failed;
    return {};
}

/// No shape that a std::vector has no room for.
inline std::error_code check_one_dimension(const array_shape& shape) noexcept {
    return shape.rank() > 1 ? errc::type_mismatch : std::error_code{};
}

template <class T>
struct array_codec {
    static constexpr bool is_array_codec = true;
    static constexpr oid type = array_of(oid_of<T>);
    static constexpr bool wants_text_result = howdah::wants_text_result<T>;
    static constexpr bool uses_catalog = howdah::uses_catalog<T> || !howdah::wants_text_result<T>;
    static constexpr oid first_use_oid = array_of(howdah::first_use_oid<T>);

    static constexpr bool accepts(type_ref target) noexcept {
        return target.element() != oid{} && binary_form_fits<T>(target.element());
    }
    static constexpr bool sends_binary(type_ref target) noexcept {
        return target.element() != oid{} && howdah::sends_binary<T>(target.element());
    }
    static constexpr bool reads_binary(type_ref from) noexcept {
        return from.element() != oid{} && howdah::reads_binary<T>(from.element());
    }
    static enum format result_format(type_ref column) noexcept {
        return wants_text_result && !reads_binary(column) ? format::text : format::binary;
    }
    /// Only an array, or what may be one: the rest depends on the elements.
    static std::error_code check_type(const field& in) noexcept {
        const bool possible =
            in.ref().element() != oid{} || is_user_defined(in.type) || in.type == oid{} || in.type == oids::anyarray;
        return possible ? std::error_code{} : errc::type_mismatch;
    }
    static constexpr type_ref element_for(type_ref target) noexcept {
        return target.element() != oid{} ? target.element() : type_ref{oid_of<T>};
    }
};

/// One dimension, from 1.
template <class T, class Elements>
struct list_codec : array_codec<T> {
    static std::error_code encode_as(const Elements& value, type_ref target, bytes& out)
        requires encodes_binary<T>
    {
        array_shape shape;
        if (auto failed = shape.assign_list(value.size())) return failed;
        return encode_elements(value, shape, array_codec<T>::element_for(target), out);
    }
    static std::error_code encode_text(const Elements& value, bytes& out)
        requires encodes_text<T>
    {
        array_shape shape;
        if (auto failed = shape.assign_list(value.size())) return failed;
        return encode_elements_text<T>(value, shape, out);
    }
};

}  // namespace types

template <types::element_type T, class Allocator>
struct codec<std::vector<T, Allocator>> : types::list_codec<T, std::vector<T, Allocator>> {
    static std::error_code decode_as(const field& in, std::vector<T, Allocator>& out)
        requires types::owning_type<T>
    {
        if (auto failed = types::array_codec<T>::check_type(in)) return failed;
        out.clear();
        return types::decode_elements(
            in, types::delimiter_of<T>(),
            [&](const types::array_shape& shape) {
                if (auto failed = types::check_one_dimension(shape)) return failed;
                out.reserve(shape.count());
                return std::error_code{};
            },
            [&](const field& each) {
                T element{};
                const auto failed = decode(each, element);
                if (!failed) out.push_back(std::move(element));
                return failed;
            });
    }
};

/// Reading: the array must have N elements.
template <types::element_type T, std::size_t N>
struct codec<std::array<T, N>> : types::list_codec<T, std::array<T, N>> {
    static std::error_code decode_as(const field& in, std::array<T, N>& out)
        requires types::owning_type<T>
    {
        if (auto failed = types::array_codec<T>::check_type(in)) return failed;
        std::size_t at = 0;
        return types::decode_elements(
            in, types::delimiter_of<T>(),
            [&](const types::array_shape& shape) {
                if (auto failed = types::check_one_dimension(shape)) return failed;
                return shape.count() == N ? std::error_code{} : errc::value_out_of_range;
            },
            [&](const field& each) { return decode(each, out[at++]); });
    }
};

/// For parameters.
template <class T, std::size_t N>
    requires types::element_type<std::remove_const_t<T>>
struct codec<std::span<T, N>> : types::list_codec<std::remove_const_t<T>, std::span<T, N>> {};

template <types::element_type T>
struct codec<array<T>> : types::array_codec<T> {
    static std::error_code encode_as(const array<T>& value, type_ref target, bytes& out)
        requires types::encodes_binary<T>
    {
        types::array_shape shape;
        if (auto failed = shape.assign(value.dimensions, value.elements.size())) return failed;
        return types::encode_elements(value.elements, shape, types::array_codec<T>::element_for(target), out);
    }
    static std::error_code encode_text(const array<T>& value, bytes& out)
        requires types::encodes_text<T>
    {
        types::array_shape shape;
        if (auto failed = shape.assign(value.dimensions, value.elements.size())) return failed;
        return types::encode_elements_text<T>(value.elements, shape, out);
    }
    static std::error_code decode_as(const field& in, array<T>& out)
        requires types::owning_type<T>
    {
        if (auto failed = types::array_codec<T>::check_type(in)) return failed;
        out.elements.clear();
        out.dimensions.clear();
        return types::decode_elements(
            in, types::delimiter_of<T>(),
            [&](const types::array_shape& shape) {
                out.dimensions.assign(shape.dimensions().begin(), shape.dimensions().end());
                out.elements.reserve(shape.count());
                return std::error_code{};
            },
            [&](const field& each) {
                T element{};
                const auto failed = decode(each, element);
                if (!failed) out.elements.push_back(std::move(element));
                return failed;
            });
    }
};

}  // namespace howdah
