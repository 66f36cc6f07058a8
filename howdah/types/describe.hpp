#pragma once

#include <boost/describe.hpp>

#include <array>
#include <type_traits>

#include "howdah/types/composite.hpp"
#include "howdah/types/enums.hpp"

/// Opt-in: enums of BOOST_DESCRIBE_ENUM by the names of their enumerators, and classes of BOOST_DESCRIBE_CLASS that are
/// no aggregates as composites, by the order of their public members.
namespace howdah {

template <class E>
    requires(std::is_enum_v<E> && boost::describe::has_describe_enumerators<E>::value)
struct enum_labels<E> {
    static constexpr auto values = []<template <class...> class List, class... Each>(List<Each...>) {
        return std::array<enum_label<E>, sizeof...(Each)>{{{Each::value, Each::name}...}};
    }(boost::describe::describe_enumerators<E>{});
};

namespace types {

template <class T>
    requires(std::is_class_v<T> && !std::is_aggregate_v<T> && boost::describe::has_describe_members<T>::value)
struct composite_access<T> {
    using members = boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>;
    static constexpr std::size_t count = boost::mp11::mp_size<members>::value;

    template <class Value, class F>
    static void for_each(Value& value, F&& each) {
        boost::mp11::mp_for_each<members>([&](auto member) { each(value.*member.pointer); });
    }
    template <template <class> class Predicate>
    static constexpr bool any = []<template <class...> class List, class... Each>(List<Each...>) {
        return (Predicate<std::remove_cvref_t<decltype(std::declval<T&>().*Each::pointer)>>::value || ...);
    }(members{});
    template <class F>
    static constexpr bool all(F&& holds) {
        std::size_t i = 0;
        return [&]<template <class...> class List, class... Each>(List<Each...>) {
            return (holds.template operator()<std::remove_cvref_t<decltype(std::declval<T&>().*Each::pointer)>>(i++) &&
                    ...);
        }(members{});
    }
};

}  // namespace types
}  // namespace howdah
