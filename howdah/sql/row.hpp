#pragma once
// A row as a C++ value: a scalar with a codec, a tuple or pair, or a struct, by position (Boost.PFR), or by name where
// it is described (Boost.Describe, howdah/sql/described_row.hpp).

#include <algorithm>
#include <array>
#include <boost/pfr/core.hpp>
#include <boost/pfr/tuple_size.hpp>
#include <optional>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>

#include "howdah/sql/aggregate.hpp"
#include "howdah/sql/column.hpp"
#include "howdah/sql/data_row.hpp"
#include "howdah/sql/in_place.hpp"
#include "howdah/sql/row_error.hpp"
#include "howdah/types/codec.hpp"

namespace howdah {

/// How a C++ type takes a row's columns. Specialised for what a type with fields of its own needs:
/// `size`, `get<I>(row)`, and `name(I)` (empty: by position).
template <class T>
struct row_shape {
    static constexpr bool plain = detail::is_plain_aggregate<T>();
    static_assert(
        plain, "howdah: a row type is a type with a codec, a std::tuple, a std::pair, or an aggregate struct without "
               "bases and C arrays (use std::array or std::string)");
    static constexpr std::size_t size = [] {
        if constexpr (plain) return boost::pfr::tuple_size_v<T>;
        else return 0;
    }();
    static constexpr std::string_view name(std::size_t) noexcept { return {}; }
    template <std::size_t I>
    static auto& get(T& row) noexcept {
        return boost::pfr::get<I>(row);
    }
};

template <field_type T>
struct row_shape<T> {
    static constexpr std::size_t size = 1;
    static constexpr std::string_view name(std::size_t) noexcept { return {}; }
    template <std::size_t>
    static T& get(T& row) noexcept {
        return row;
    }
};

template <class T>
struct tuple_row_shape {
    static constexpr std::size_t size = std::tuple_size_v<T>;
    static constexpr std::string_view name(std::size_t) noexcept { return {}; }
    template <std::size_t I>
    static auto& get(T& row) noexcept {
        return std::get<I>(row);
    }
};
template <class... F>
struct row_shape<std::tuple<F...>> : tuple_row_shape<std::tuple<F...>> {};
template <class A, class B>
struct row_shape<std::pair<A, B>> : tuple_row_shape<std::pair<A, B>> {};

/// Decodes DataRows into T. One a statement: describe() first, then decode() for each row.
template <class T>
class row_decoder {
    using shape = row_shape<T>;
    template <std::size_t I>
    using member = std::remove_cvref_t<decltype(shape::template get<I>(std::declval<T&>()))>;
    using indexes = std::make_index_sequence<shape::size>;
    static constexpr bool by_name = shape::size != 0 && !shape::name(0).empty();

public:
    /// What each column is asked for as, before the statement is known. Members that are found by name and differ in
    /// this need the description first.
    static constexpr auto formats = []<std::size_t... I>(std::index_sequence<I...>) {
        return std::array<format, shape::size>{(wants_text_result<member<I>> ? format::text : format::binary)...};
    }(indexes{});
    static constexpr bool uniform = [] {
        for (const auto f : formats)
            if (f != formats[0]) return false;
        return true;
    }();
    /// A decoded row views the bytes it came from.
    static constexpr bool borrows = []<std::size_t... I>(std::index_sequence<I...>) {
        return (types::borrows<member<I>> || ...);
    }(indexes{});
    static constexpr bool needs_description = by_name && !uniform;
    static constexpr bool uses_catalog = []<std::size_t... I>(std::index_sequence<I...>) {
        return (howdah::uses_catalog<member<I>> || ...);
    }(indexes{});

    /// Errors: column_count_mismatch, column_not_found.
    std::optional<error> describe(std::span<const column> columns) {
        columns_ = columns;
        in_place_ = false;
        if constexpr (by_name) {
            if (auto wrong = match_names()) return wrong;
        } else if (columns.size() != shape::size) {
            return column_count_error(columns, shape::size, cpp_type_name<T>());
        }
        if constexpr (can_be_in_place) in_place_ = is_in_place(indexes{});
        return std::nullopt;
    }

    /// The column formats to ask for, once the columns are known.
    void choose_formats(std::span<const column> columns, std::span<format> out) const noexcept {
        if (columns.size() != shape::size) {  // describe() has an error for it
            std::fill(out.begin(), out.end(), format::text);
            return;
        }
        static constexpr auto choose = []<std::size_t... I>(std::index_sequence<I...>) {
            return std::array<enum format (*)(type_ref) noexcept, shape::size>{&result_format<member<I>>...};
        }(indexes{});
        for (std::size_t i = 0; i < out.size(); ++i) {
            const auto m = by_name ? index_of(columns[i].name) : i;
            out[i] = m < shape::size ? choose[m](columns[i].ref()) : format::text;
        }
    }

    /// The body of one DataRow. `failed_column` is set on errors of a value; a row that is not of the described shape
    /// gives protocol_violation.
    std::error_code decode(bytes_view body, T& out, std::size_t& failed_column) const noexcept(false) {
        if constexpr (can_be_in_place)
            if (in_place_ && decode_in_place(body, out, indexes{})) [[likely]]
                return {};
        return decode_by_codecs(body, out, failed_column);
    }

    /// What decode() does, between the count of the fields and the end.
    std::error_code decode_fields(reader& in, T& out, std::size_t& failed_column) const noexcept(false) {
        std::error_code failed;
        if constexpr (by_name) {
            for (std::size_t i = 0; i < columns_.size() && !failed; ++i) failed = decode_into(i, in, out, indexes{});
        } else {
            [&]<std::size_t... I>(std::index_sequence<I...>) {
                (void)(... && !(failed = decode_member<I>(I, in, out)));
            }(indexes{});
        }
        if (failed) failed_column = failed_;
        return failed;
    }

    error value_error(std::error_code why, std::size_t position) const {
        return decode_error(why, columns_[position], position, member_name(member_of(position)));
    }

private:
    static constexpr bool can_be_in_place = []<std::size_t... I>(std::index_sequence<I...>) {
        return (in_place::reads<member<I>> && ...);
    }(indexes{});

    [[gnu::noinline]] std::error_code decode_by_codecs(bytes_view body, T& out, std::size_t& failed_column) const {
        reader in{body};
        if (in.u16() != columns_.size()) return errc::protocol_violation;
        const auto failed = decode_fields(in, out, failed_column);
        return failed || !in.finish() ? failed : make_error_code(errc::protocol_violation);
    }

    template <std::size_t... I>
    bool is_in_place(std::index_sequence<I...>) const {
        return (... && (member_of(I) == I && in_place::read_fits<member<I>>(columns_[I])));
    }
    // False: the row is not as described, or a value is not what its member takes. decode_fields() says which.
    template <std::size_t... I>
    static bool decode_in_place(bytes_view body, T& out, std::index_sequence<I...>) {
        constexpr std::ptrdiff_t least = (data_row::count_size + ... + in_place::least_bytes<member<I>>);
        const auto* at = body.data();
        const auto* const end = at + body.size();
        if (end - at < least || load_big_endian<std::uint16_t>(at) != shape::size) [[unlikely]]
            return false;
        at += data_row::count_size;
        auto behind = least - std::ptrdiff_t{data_row::count_size};  // a constant at each use, once inlined
        return (... && ((at = in_place::read(at, end, behind -= in_place::least_bytes<member<I>>,
                                             shape::template get<I>(out))) != nullptr)) &&
               at == end;
    }

    template <std::size_t I>
    std::error_code decode_member(std::size_t position, reader& in, T& out) const {
        const auto length = in.i32();
        if (length < data_row::null_length) return errc::protocol_violation;
        const auto data = length < 0 ? bytes_view{} : in.take(static_cast<std::size_t>(length));
        if (!in.ok()) return errc::protocol_violation;
        const auto& c = columns_[position];
        const auto failed = howdah::decode(
            field{.data = data, .type = c.type, .format = c.format, .is_null = length < 0, .known = c.known.get()},
            shape::template get<I>(out));
        if (failed) failed_ = position;
        return failed;
    }

    template <std::size_t... I>
    std::error_code decode_into(std::size_t position, reader& in, T& out, std::index_sequence<I...>) const {
        std::error_code failed;
        (void)(... || (order_[position] == I && (failed = decode_member<I>(position, in, out), true)));
        return failed;
    }

    std::optional<error> match_names() {
        for (std::size_t i = 0; i < shape::size; ++i)
            if (!find_column(columns_, shape::name(i)))
                return column_name_error(columns_, shape::name(i), cpp_type_name<T>());
        if (columns_.size() != shape::size) {
            for (const auto& c : columns_)
                if (index_of(c.name) == shape::size) return column_name_error(columns_, c.name, cpp_type_name<T>());
            return column_count_error(columns_, shape::size, cpp_type_name<T>());
        }
        for (std::size_t i = 0; i < shape::size; ++i) order_[i] = index_of(columns_[i].name);
        return std::nullopt;
    }

    static std::size_t index_of(std::string_view name) noexcept {
        std::size_t i = 0;
        while (i < shape::size && shape::name(i) != name) ++i;
        return i;
    }

    std::size_t member_of(std::size_t position) const noexcept {
        if constexpr (by_name) return order_[position];
        return position;
    }

    static std::string_view member_name(std::size_t i) noexcept {
        return []<std::size_t... I>(std::index_sequence<I...>) {
            return std::array<std::string_view, shape::size>{cpp_type_name<member<I>>()...};
        }(indexes{})[i];
    }

    struct nothing {};
    std::span<const column> columns_;
    std::conditional_t<by_name, std::array<std::size_t, shape::size>, nothing> order_{};  // column -> member
    mutable std::size_t failed_ = 0;
    bool in_place_ = false;
};

}  // namespace howdah
