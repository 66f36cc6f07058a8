#pragma once
// What of an aggregate can't be taken apart by position, told at compile time, so that users read our words and not
// Boost.PFR's.

#include <boost/pfr/tuple_size.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>

namespace howdah::detail {

// Stands for an initialiser of whatever type, in unevaluated code.
struct anything {
    template <class T>
    operator T() const noexcept;
};

// The same, but only for a base of T.
template <class T>
struct base_of {
    template <class Base>
        requires(std::is_base_of_v<Base, T> && !std::is_same_v<Base, T>)
    operator Base() const noexcept;
};

template <class T, std::size_t... Before, std::size_t... Behind>
constexpr bool takes_empty_braces(std::index_sequence<Before...>, std::index_sequence<Behind...>) {
    return requires { T{(static_cast<void>(Before), anything{})..., {}, (static_cast<void>(Behind), anything{})...}; };
}

// Without braces a C array takes one initialiser an element. So {} for all of it leaves too many for what follows.
template <class T, std::size_t Count, std::size_t At>
constexpr bool is_c_array_at() {
    using before = std::make_index_sequence<At>;
    return takes_empty_braces<T>(before{}, std::index_sequence<>{}) &&
           !takes_empty_braces<T>(before{}, std::make_index_sequence<Count - At - 1>{});
}

template <class T>
constexpr bool has_c_array() {
    constexpr auto count = boost::pfr::tuple_size_v<T>;
    return []<std::size_t... I>(std::index_sequence<I...>) {
        return (is_c_array_at<T, count, I>() || ...);
    }(std::make_index_sequence<count>{});
}

template <class T>
inline constexpr bool has_base = requires { T{base_of<T>{}}; };

/// Boost.PFR takes it apart as its author meant it.
template <class T>
constexpr bool is_plain_aggregate() {
    if constexpr (!std::is_aggregate_v<T> || std::is_array_v<T>) return false;
    else if constexpr (has_base<T>) return false;
    else return !has_c_array<T>();
}

}  // namespace howdah::detail
