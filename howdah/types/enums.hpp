#pragma once

#include <string_view>
#include <type_traits>

#include "howdah/types/text.hpp"

namespace howdah {

template <class E>
struct enum_label {
    E value;
    std::string_view label;
};

/// The labels of a C++ enum that is an enum in the database too. Either include howdah/types/describe.hpp and use
/// BOOST_DESCRIBE_ENUM, or say them:
///
///     template <> struct howdah::enum_labels<mood> {
///         static constexpr howdah::enum_label<mood> values[] = {{mood::sad, "sad"}, {mood::happy, "happy"}};
///     };
template <class E>
struct enum_labels;

template <class E>
concept labelled_enum = std::is_enum_v<E> && requires { enum_labels<E>::values; };

/// By label, in enum columns and in text ones. An enum's value without a label is value_out_of_range, a label without
/// a value invalid_value.
template <labelled_enum E>
struct codec<E> {
    static constexpr bool accepts(oid target) noexcept { return is_user_defined(target) || types::is_text(target); }
    static std::error_code encode(E value, bytes& out) {
        for (const auto& each : enum_labels<E>::values)
            if (each.value == value) return types::append_text(out, each.label);
        return errc::value_out_of_range;
    }
    static std::error_code encode_text(E value, bytes& out) { return encode(value, out); }
    static std::error_code decode(bytes_view in, E& out) noexcept { return decode_text(as_text(in), out); }
    static std::error_code decode_text(std::string_view in, E& out) noexcept {
        for (const auto& each : enum_labels<E>::values)
            if (each.label == in) {
                out = each.value;
                return {};
            }
        return errc::invalid_value;
    }
};

}  // namespace howdah
