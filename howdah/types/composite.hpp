#pragma once

#include <boost/pfr/core.hpp>
#include <boost/pfr/tuple_size.hpp>

#include <type_traits>
#include <utility>

#include "howdah/types/codec.hpp"
#include "howdah/types/composite_form.hpp"
#include "howdah/types/optional.hpp"
#include "howdah/types/type_map.hpp"

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
    /// holds.operator()<member's type>(position) for every one.
    template <class F>
    static constexpr bool all(F&& holds) {
        return [&]<std::size_t... I>(std::index_sequence<I...>) {
            return (holds.template operator()<boost::pfr::tuple_element_t<I, T>>(I) && ...);
        }(std::make_index_sequence<count>{});
    }
};

template <class T>
concept composite_struct = requires { sizeof(composite_access<T>); };

template <class T>
struct member_wants_text : std::bool_constant<howdah::wants_text_result<T>> {};
template <class T>
struct member_borrows : std::bool_constant<borrows<T>> {};

}  // namespace types

/// A struct as a composite value, by position; the numbers of members and columns must be the same. The binary form
/// holds the OIDs of the type's columns, so it is sent as text until the catalog was asked.
template <types::composite_struct T>
struct codec<T> {
    using access = types::composite_access<T>;
    static constexpr bool is_composite_codec = true;
    static constexpr bool wants_text_result = access::template any<types::member_wants_text>;
    static constexpr bool uses_catalog = true;

    static constexpr bool accepts(oid target) noexcept { return target == oids::record || is_user_defined(target); }
    static bool sends_binary(type_ref target) noexcept {
        const auto* d = description(target);
        return d != nullptr && access::all([&]<class Member>(std::size_t i) {
                   return howdah::sends_binary<Member>(target.related(d->attributes[i].type));
               });
    }
    static bool reads_binary(type_ref from) noexcept {
        const auto* d = description(from);
        return d != nullptr && access::all([&]<class Member>(std::size_t i) {
                   return howdah::reads_binary<Member>(from.related(d->attributes[i].type));
               });
    }
    static enum format result_format(type_ref column) noexcept {
        return wants_text_result && !reads_binary(column) ? format::text : format::binary;
    }

    static std::error_code encode_as(const T& value, type_ref target, bytes& out) {
        const auto* d = description(target);
        if (d == nullptr) return errc::parameter_type_mismatch;
        types::composite_writer to{out, access::count};
        std::error_code failed;
        auto attribute = d->attributes.begin();
        access::for_each(value, [&](const auto& member) {
            if (failed) return;
            const auto type = attribute++->type;
            if (howdah::is_null(member)) return to.null(type);
            to.begin_field(type);
            failed = types::encode_binary_to_end(member, target.related(type), out);
            if (!failed) failed = to.end_field();
        });
        return failed;
    }

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
            return decode_members(from, from.open(in, access::count), out);
        }
        if (!accepts(in.type) && in.type != oid{}) return errc::type_mismatch;
        types::composite_text from;
        return decode_members(from, from.open(in, access::count), out);
    }

private:
    /// nullptr: not known, or the columns are not as many as the members.
    static const type_description* description(type_ref type) noexcept {
        const auto* d = type.description();
        return d != nullptr && d->attributes.size() == access::count ? d : nullptr;
    }

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
