#pragma once
// A C++ row's fields, as a DataRow, COPY's binary format and the elements of an array have them: int32 size (-1: NULL),
// then the bytes.

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>

#include "howdah/base/bytes.hpp"
#include "howdah/base/writer.hpp"
#include "howdah/sql/column.hpp"
#include "howdah/sql/data_row.hpp"
#include "howdah/sql/in_place.hpp"
#include "howdah/sql/row.hpp"
#include "howdah/sql/row_buffer.hpp"
#include "howdah/sql/row_error.hpp"
#include "howdah/types/codec.hpp"

namespace howdah {

/// Writes the length of a field to where it begun, once the field is written. Error: message_too_large.
std::error_code end_field(std::size_t begun_at, bytes& out);

/// In which forms the values of a C++ type can travel to a column.
struct column_fit {
    bool binary = false;  // as the column's own type
    bool text = false;    // by the text form, which the server reads
};

namespace detail {

template <class M>
column_fit fit_of(type_ref column) noexcept {
    const bool binary = sends_binary<M>(column);
    // Its text would silently become the value of a column of another type.
    const bool only_its_own = first_use_oid<M> != oid{};
    return {.binary = binary, .text = has_text_form<M> && !only_its_own};
}

}  // namespace detail

/// Takes values of T apart, for columns that it was told.
template <class T>
class field_encoder {
    using shape = row_shape<T>;
    template <std::size_t I>
    using member = std::remove_cvref_t<decltype(shape::template get<I>(std::declval<T&>()))>;
    using indexes = std::make_index_sequence<shape::size>;
    static constexpr bool by_name = shape::size != 0 && !shape::name(0).empty();

public:
    static constexpr std::size_t size = shape::size;
    /// Into columns of types that were made in the database, it helps to know what those are: a string's may be an enum.
    static constexpr bool uses_catalog = []<std::size_t... I>(std::index_sequence<I...>) {
        return ((howdah::uses_catalog<member<I>> || wants_text_result<member<I>>) || ...);
    }(indexes{});

    /// Errors: column_count_mismatch, column_not_found. `columns` must live on.
    std::optional<error> describe(std::span<const column> columns) {
        columns_ = columns;
        if (columns.size() != shape::size) return column_count_error(columns, shape::size, cpp_type_name<T>());
        for (std::size_t i = 0; i < shape::size; ++i) {
            order_[i] = i;
            if constexpr (by_name) {
                for (order_[i] = 0; order_[i] < shape::size && shape::name(order_[i]) != columns[i].name;) ++order_[i];
                if (order_[i] == shape::size) return column_name_error(columns, columns[i].name, cpp_type_name<T>());
            }
        }
        return std::nullopt;
    }

    /// Which member goes into a column.
    std::size_t member_of(std::size_t position) const noexcept { return order_[position]; }
    column_fit fit(std::size_t position) const noexcept {
        static constexpr auto fits = []<std::size_t... I>(std::index_sequence<I...>) {
            return std::array<column_fit (*)(type_ref) noexcept, shape::size>{&detail::fit_of<member<I>>...};
        }(indexes{});
        return fits[order_[position]](columns_[position].ref());
    }

    /// Appends the field that goes into a column; on an error `out` is as before.
    std::error_code append(std::size_t position, const T& row, enum format as, row_buffer& out) {
        static constexpr auto appenders = []<std::size_t... I>(std::index_sequence<I...>) {
            return std::array<appender, shape::size>{&append_member<I>...};
        }(indexes{});
        return appenders[order_[position]](row, columns_[position], as, out, scratch_);
    }

private:
    using appender = std::error_code (*)(const T&, const column&, enum format, row_buffer&, bytes& scratch);

    template <std::size_t I>
    static std::error_code append_member(const T& row, const column& to, enum format as, row_buffer& out,
                                         bytes& scratch) {
        // row_shape gives members of what may be written to; nothing is.
        const auto& value =
            shape::template get<I>(const_cast<T&>(row));  // NOLINT(cppcoreguidelines-pro-type-const-cast)
        static_assert(parameter_type<member<I>>, "howdah: no codec<T> for the C++ type of a member; include its header "
                                                 "from howdah/types/, or specialise howdah::codec<T>");
        if constexpr (in_place::writes<member<I>>) {
            if (as == format::binary && in_place::write_fits<member<I>>(to)) {
                if (const auto* end = in_place::write(out.room(in_place::most_bytes<member<I>>), value)) {
                    out.keep(end);
                    return {};
                }
            }
        }
        scratch.clear();
        put_i32(scratch, data_row::null_length);
        if (!is_null(value)) {
            if (const auto failed = encode(value, to.ref(), as, scratch)) return failed;
            if (const auto failed = end_field(0, scratch)) return failed;
        }
        out.add(scratch);
        return {};
    }

    std::span<const column> columns_;
    std::array<std::size_t, shape::size> order_{};  // column -> member
    bytes scratch_;
};

}  // namespace howdah
