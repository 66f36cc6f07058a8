#pragma once
// Arguments of a statement, with their types erased: a verb's template ends here.

#include <array>
#include <span>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "howdah/sql/row_error.hpp"
#include "howdah/types/codec.hpp"

namespace howdah {

/// What sends one C++ type.
struct parameter_codec {
    bool (*is_null)(const void* value) noexcept;
    enum format (*format_for)(const void* value, type_ref target) noexcept;
    std::error_code (*encode)(const void* value, type_ref target, enum format as, bytes& out);
    oid (*first_use)(const void* value) noexcept;  // what Parse says of it before the statement is described
    bool text_form;                                // false: the statement is described before its first use
    bool uses_catalog;                             // types made in the database are looked up once they are described
    std::string_view cpp_type;
};

template <parameter_type T>
inline constexpr parameter_codec parameter_codec_of{
    .is_null = [](const void* value) noexcept { return is_null(*static_cast<const T*>(value)); },
    .format_for = [](const void* value,
                     type_ref target) noexcept { return parameter_format(*static_cast<const T*>(value), target); },
    .encode = [](const void* value, type_ref target, enum format as,
                 bytes& out) { return encode(*static_cast<const T*>(value), target, as, out); },
    .first_use = [](const void* value) noexcept { return first_use_type(*static_cast<const T*>(value)); },
    .text_form = has_text_form<T>,
    .uses_catalog = howdah::uses_catalog<T>,
    .cpp_type = cpp_type_name<T>(),
};

/// One argument: a view.
struct parameter_view {
    const void* value;
    const parameter_codec* codec;
};

namespace detail {

template <class P>
inline constexpr bool is_c_string = std::is_same_v<std::remove_cv_t<std::remove_pointer_t<std::decay_t<P>>>, char> &&
                                    std::is_pointer_v<std::decay_t<P>>;

// What a call keeps of an argument: rvalues by value, lvalues by reference, C strings as views.
template <class P>
using kept = std::conditional_t<is_c_string<P>, std::string_view,
                                std::conditional_t<std::is_lvalue_reference_v<P>, P, std::remove_cvref_t<P>>>;

// What outlives the call keeps of it: everything by value, C strings as strings.
template <class P>
using owned = std::conditional_t<is_c_string<P>, std::string, std::remove_cvref_t<P>>;

// GCC 12 destroys such an argument twice inside a co_await expression.
template <class P>
inline constexpr bool breaks_on_gcc12 =
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
    !std::is_lvalue_reference_v<P> && std::is_aggregate_v<std::remove_cvref_t<P>> &&
    !std::is_trivially_destructible_v<std::remove_cvref_t<P>>;
#else
    false;
#endif

}  // namespace detail

/// The arguments of one call. Rvalues were moved in; lvalues are referenced until the call completes.
template <class... K>
class parameters {
public:
    template <class... P>
    explicit parameters(std::in_place_t, P&&... values) : values_{std::forward<P>(values)...} {
        static_assert((parameter_type<std::remove_cvref_t<K>> && ...),
                      "howdah: no codec<T> for the C++ type of an argument; include its header from howdah/types/, or "
                      "specialise howdah::codec<T> (see howdah/types/codec.hpp)");
    }

    /// Views into this object, which must stay where it is.
    std::array<parameter_view, sizeof...(K)> views() const noexcept {
        return std::apply(
            [](const auto&... v) {
                return std::array<parameter_view, sizeof...(K)>{
                    parameter_view{&v, &parameter_codec_of<std::remove_cvref_t<decltype(v)>>}...};
            },
            values_);
    }

private:
    std::tuple<K...> values_;
};

template <class... P>
auto keep_parameters(P&&... values) {
    return parameters<detail::kept<P>...>{std::in_place, std::forward<P>(values)...};
}

/// The same for what outlives the call: lvalues are copied.
template <class... P>
auto own_parameters(P&&... values) {
    return parameters<detail::owned<P>...>{std::in_place, std::forward<P>(values)...};
}

/// Appends a Bind value: int32 size, bytes. Errors: those of the codec, and message_too_large.
std::error_code append_parameter(const parameter_view& p, type_ref target, enum format as, bytes& out);

/// `parameter $2 (std::string) ...: what is wrong and what to do`; never shows the value.
error parameter_error(std::error_code why, std::size_t position, const parameter_view& p, type_ref target);

}  // namespace howdah
