#pragma once
// Opt-in: rows into structs by column name. BOOST_DESCRIBE_STRUCT(user, (), (id, name)) is all a struct needs.

#include <array>
#include <boost/describe.hpp>
#include <boost/mp11.hpp>

#include "howdah/sql/row.hpp"

namespace howdah {

template <class T>
    requires(boost::describe::has_describe_members<T>::value && !field_type<T>)
struct row_shape<T> {
    using members = boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>;
    static constexpr std::size_t size = boost::mp11::mp_size<members>::value;

    static constexpr std::string_view name(std::size_t i) noexcept {
        return []<std::size_t... I>(std::index_sequence<I...>) {
            return std::array<std::string_view, size>{boost::mp11::mp_at_c<members, I>::name...};
        }(std::make_index_sequence<size>{})[i];
    }
    template <std::size_t I>
    static auto& get(T& row) noexcept {
        return row.*boost::mp11::mp_at_c<members, I>::pointer;
    }
};

}  // namespace howdah
