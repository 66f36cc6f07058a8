#pragma once
// COPY's binary format (PostgreSQL, COPY, "Binary Format"): a header, for each row an int16 count and its fields as a
// DataRow has them, and -1 at the end.

#include <array>
#include <bit>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "howdah/base/bytes.hpp"
#include "howdah/base/writer.hpp"
#include "howdah/sql/column.hpp"
#include "howdah/sql/copy_row_writer.hpp"
#include "howdah/sql/field_encoder.hpp"
#include "howdah/sql/row.hpp"
#include "howdah/sql/row_error.hpp"
#include "howdah/types/codec.hpp"
#include "howdah/types/text.hpp"

namespace howdah::copy_binary {

void put_header(bytes& out);
void put_trailer(bytes& out);

/// Members that are written in place, where the column's type is their own; others go through their codecs.
template <class M>
concept in_place_number = std::is_arithmetic_v<M> && requires {
    requires codec<M>::fixed_width == sizeof(M);
    requires codec<M>::type != oids::char_;
};
template <class M>
concept in_place_text =
    std::is_base_of_v<types::text_codec, codec<M>> && std::is_convertible_v<const M&, std::string_view>;

/// `row 3, column "id" (int8, number 1) ...: why`; never shows the value.
error encode_error(std::error_code why, std::uint64_t row, const column& c, std::size_t position,
                   std::string_view cpp_type);

/// Whole rows out of a stream that is cut anywhere.
class reader {
public:
    enum class found : std::uint8_t {
        row,      // `body` is as a DataRow's
        nothing,  // the next row is not whole yet
        end,
        garbage,
    };
    /// Looks at what is not consumed yet of `data`, and consumes what it finds.
    found next(bytes_view data, bytes_view& body);
    std::size_t consumed() const noexcept { return at_; }
    /// The consumed part has left the data.
    void rebase() noexcept { at_ = 0; }

private:
    found header(bytes_view data);

    std::size_t at_ = 0;
    bool begun_ = false, ended_ = false;
};

/// Writes values of T as rows.
template <class T>
class row_encoder {
    using shape = row_shape<T>;
    template <std::size_t I>
    using member = std::remove_cvref_t<decltype(shape::template get<I>(std::declval<T&>()))>;
    using indexes = std::make_index_sequence<shape::size>;

public:
    /// Errors: column_count_mismatch, column_not_found.
    std::optional<error> describe(std::span<const column> columns) {
        columns_ = columns;
        if (auto wrong = fields_.describe(columns)) return wrong;
        find_those_in_place(indexes{});
        return std::nullopt;
    }

    /// Appends a row; on an error `out` is as before. Throws error: those of the codecs, with the row and its column.
    void append(const T& row, row_buffer& out) {
        ++rows_;
        row_writer to{out};
        to.u16(static_cast<std::uint16_t>(shape::size));
        std::size_t position = 0;
        if (const auto failed = in_order_ ? fields(position, row, to, indexes{}) : fields_by_name(position, row, to))
            [[unlikely]]
            throw encode_error(failed, rows_, columns_[position], position, cpp_type_name<T>());
        to.keep();
    }

private:
    template <class M>
    struct bare {
        using type = M;
    };
    template <class M>
    struct bare<std::optional<M>> {
        using type = M;
    };

    template <std::size_t... I>
    void find_those_in_place(std::index_sequence<I...>) {
        for (std::size_t position = 0; position < shape::size; ++position)
            in_order_ = in_order_ && fields_.member_of(position) == position;
        const auto is_in_place = [this]<class M>(std::size_t position, std::type_identity<M>) {
            const oid type = columns_[position].type;
            if constexpr (in_place_number<M>) return type == codec<M>::type;
            else if constexpr (in_place_text<M>) return types::is_text(type);
            else return false;
        };
        for (std::size_t position = 0; position < shape::size; ++position)
            ((fields_.member_of(position) == I
                  ? void(in_place_[position] =
                             is_in_place(position, std::type_identity<typename bare<member<I>>::type>{}))
                  : void()),
             ...);
    }
    template <std::size_t... I>
    std::error_code fields(std::size_t& position, const T& row, row_writer& out, std::index_sequence<I...>) {
        std::error_code failed;
        (void)(... && (position = I, failed = put<I>(I, row, out), !failed));
        return failed;
    }
    std::error_code fields_by_name(std::size_t& position, const T& row, row_writer& out) {
        for (position = 0; position < shape::size; ++position)
            if (const auto failed = field(position, row, out, indexes{})) return failed;
        return {};
    }
    template <std::size_t... I>
    std::error_code field(std::size_t position, const T& row, row_writer& out, std::index_sequence<I...>) {
        std::error_code failed;
        (void)(... || (fields_.member_of(position) == I && (failed = put<I>(position, row, out), true)));
        return failed;
    }
    template <std::size_t I>
    std::error_code put(std::size_t position, const T& row, row_writer& out) {
        // row_shape gives members of what may be written to; nothing is.
        const auto& value =
            shape::template get<I>(const_cast<T&>(row));  // NOLINT(cppcoreguidelines-pro-type-const-cast)
        using type = member<I>;
        if (is_null(value)) return out.null(), std::error_code{};
        if (in_place_[position]) {
            if constexpr (std::is_same_v<typename bare<type>::type, type>) return put_in_place(value, out);
            else return put_in_place(*value, out);
        }
        scratch_.clear();
        if (const auto failed = fields_.append(position, row, format::binary, scratch_)) return failed;
        out.field(scratch_);
        return {};
    }
    template <class M>
    std::error_code put_in_place(const M& value, row_writer& out) {
        if constexpr (std::is_same_v<M, bool>) out.fixed(static_cast<std::uint8_t>(value));
        else if constexpr (in_place_number<M> && std::is_floating_point_v<M>)
            out.fixed(std::bit_cast<std::conditional_t<sizeof(M) == 4, std::uint32_t, std::uint64_t>>(value));
        else if constexpr (in_place_number<M>) out.fixed(static_cast<std::make_unsigned_t<M>>(value));
        else if constexpr (in_place_text<M>) return out.text(value);
        return {};
    }

    std::span<const column> columns_;
    field_encoder<T> fields_;
    std::array<bool, shape::size> in_place_{};  // columns
    bytes scratch_;
    std::uint64_t rows_ = 0;
    bool in_order_ = true;
};

/// Reads rows as values of T.
template <class T>
class row_reader {
    static_assert(!row_decoder<T>::borrows, "howdah: a row of copy_out owns what it holds: use std::string instead of "
                                            "std::string_view, std::vector<std::byte> instead of a span");

public:
    std::optional<error> describe(const column_list& columns) {
        columns_ = std::make_shared<std::vector<column>>(*columns);
        for (auto& c : *columns_) c.format = format::binary;
        return decoder_.describe(*columns_);
    }
    /// Throws error: those of decoding, and protocol_violation.
    void decode(bytes_view body, T& out) {
        std::size_t position = 0;
        if (const auto failed = decoder_.decode(body, out, position)) {
            if (failed != errc::protocol_violation) throw decoder_.value_error(failed, position);
            throw error{failed, "a row of the COPY is not of the shape that was described", fate::executed};
        }
    }

private:
    std::shared_ptr<std::vector<column>> columns_;
    row_decoder<T> decoder_;
};

}  // namespace howdah::copy_binary
