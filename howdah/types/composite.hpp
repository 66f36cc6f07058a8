#pragma once

#include <boost/pfr/core.hpp>
#include <boost/pfr/tuple_size.hpp>

#include <type_traits>
#include <utility>

#include "howdah/types/codec.hpp"
#include "howdah/types/composite_form.hpp"
#include "howdah/types/optional.hpp"

namespace howdah {

namespace types {

/// How the members of T are reached, in the order of the composite type's columns. Here: aggregates, by position
/// (Boost.PFR). howdah/types/describe.hpp adds other described classes.
template <class T>
struct composite_access;

template <class T>
    requires(std::is_class_v<T> && std::is_aggregate_v<T> && !std::is_empty_v<T>)
struct composite_access<T> {
    static constexpr std::size_t count = boost::pfr::tuple_size_v<T>;

    template <class Value, class F>
    static void for_each(Value& value, F&& each) {
        boost::pfr::for_each_field(value, std::forward<F>(each));
    }
    template <template <class> class Predicate>
    static constexpr bool any = []<std::size_t... I>(std::index_sequence<I...>) {
        return (Predicate<boost::pfr::tuple_element_t<I, T>>::value || ...);
    }(std::make_index_sequence<count>{});
};

template <class T>
concept composite_struct = requires { sizeof(composite_access<T>); };

template <class T>
struct member_wants_text : std::bool_constant<howdah::wants_text_result<T>> {};
template <class T>
struct member_borrows : std::bool_constant<borrows<T>> {};

}  // namespace types

/// A struct as a composite value, by position; the numbers of members and columns must be the same. It is sent as text,
/// because the binary form needs the OIDs of the type's columns.
template <types::composite_struct T>
struct codec<T> {
    using access = types::composite_access<T>;
    static constexpr bool is_composite_codec = true;
    static constexpr bool wants_text_result = access::template any<types::member_wants_text>;

    static constexpr bool accepts(oid target) noexcept { return target == oids::record || is_user_defined(target); }

    static std::error_code encode_text(const T& value, bytes& out) {
        types::composite_text_writer to{out};
        std::error_code failed;
        bytes text;
        access::for_each(value, [&](const auto& member) {
            if (failed) return;
            if (howdah::is_null(member)) return to.null();
            text.clear();
            failed = howdah::encode_text(member, text);
            to.field(as_text(text));
        });
        to.finish();
        return failed;
    }

    static std::error_code decode_as(const field& in, T& out) {
        static_assert(!access::template any<types::member_borrows>,
                      "howdah: a composite's member must own what it holds: std::string, not std::string_view");
        if (in.format == format::binary) {
            if (!accepts(in.type)) return errc::type_mismatch;
            types::composite_reader from;
            return decode_members(from, from.open(in.data, access::count), out);
        }
        if (!accepts(in.type) && in.type != oid{}) return errc::type_mismatch;
        types::composite_text from;
        return decode_members(from, from.open(in.text(), access::count), out);
    }

private:
    template <class Source>
    static std::error_code decode_members(Source& from, std::error_code failed, T& out) {
        access::for_each(out, [&](auto& member) {
            if (failed) return;
            field each;
            failed = from.next(each);
            if (!failed) failed = howdah::decode(each, member);
        });
        return failed ? failed : from.finish();
    }
};

}  // namespace howdah
