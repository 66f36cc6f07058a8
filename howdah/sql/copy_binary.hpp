#pragma once
// COPY's binary format (PostgreSQL, COPY, "Binary Format"): a header, for each row an int16 count and its fields as a
// DataRow has them, and -1 at the end.

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

#include "howdah/base/bytes.hpp"
#include "howdah/base/writer.hpp"
#include "howdah/sql/column.hpp"
#include "howdah/sql/row.hpp"
#include "howdah/sql/row_error.hpp"
#include "howdah/types/codec.hpp"
#include "howdah/types/text.hpp"

namespace howdah::copy_binary {

void put_header(bytes& out);
void put_trailer(bytes& out);

/// What rows are written into; unlike bytes it does not clear what is written over at once.
class row_buffer {
public:
    bytes_view written() const noexcept { return {memory_.get(), size_}; }
    std::size_t size() const noexcept { return size_; }
    void clear() noexcept;

private:
    friend class row_writer;

    std::unique_ptr<std::byte[]> memory_;  // NOLINT(modernize-avoid-c-arrays,cppcoreguidelines-avoid-c-arrays)
    std::size_t size_ = 0, capacity_ = 0;
};

/// Appends one row to a buffer, once it is kept.
class row_writer {
public:
    explicit row_writer(row_buffer& to) noexcept
        : to_{to}, at_{to.memory_.get() + to.size_}, end_{to.memory_.get() + to.capacity_} {}

    void u16(std::uint16_t v) { store_big_endian(room(sizeof v), v); }
    void null() { length(data_row::null_length); }
    template <class U>
    void fixed(U value) {
        auto* const at = room(data_row::length_size + sizeof value);
        store_big_endian(at, static_cast<std::uint32_t>(sizeof value));
        store_big_endian(at + data_row::length_size, value);
    }
    /// Errors: as text().
    std::error_code value(bytes_view content);
    /// Errors: message_too_large; invalid_encoding for a NUL.
    std::error_code text(std::string_view content) {
        constexpr std::size_t short_text = 32;
        if (content.size() > short_text) return long_text(content);
        auto* const at = room(data_row::length_size + short_text);
        store_big_endian(at, static_cast<std::uint32_t>(content.size()));
        at_ = at + data_row::length_size + content.size();
        return copy_short_text(content, at + data_row::length_size);
    }
    void keep() noexcept { to_.size_ = static_cast<std::size_t>(at_ - to_.memory_.get()); }

private:
    std::byte* room(std::size_t n) {
        if (static_cast<std::size_t>(end_ - at_) < n) [[unlikely]]
            grow(n);
        return std::exchange(at_, at_ + n);
    }
    void length(std::int32_t n) { store_big_endian(room(data_row::length_size), static_cast<std::uint32_t>(n)); }
    void grow(std::size_t n);
    std::error_code long_text(std::string_view content);

    // Eight bytes at once, each seen to be no NUL. A call of memcpy and one of memchr would cost more than all the rest.
    static std::error_code copy_short_text(std::string_view content, std::byte* to) noexcept {
        const char* from = content.data();
        std::uint64_t nul = 0;
        const auto move = [&]<class Word>(Word) {
            Word word;
            std::memcpy(&word, from, sizeof word);
            std::memcpy(to, &word, sizeof word);
            constexpr Word ones = static_cast<Word>(~Word{0}) / 255;
            nul |= static_cast<Word>((word - ones) & static_cast<Word>(~word) & static_cast<Word>(ones << 7));
            from += sizeof word;
            to += sizeof word;
        };
        auto left = content.size();
        for (; left >= 8; left -= 8) move(std::uint64_t{});
        if ((left & 4) != 0) move(std::uint32_t{});
        if ((left & 2) != 0) move(std::uint16_t{});
        if ((left & 1) != 0) move(std::uint8_t{});
        return nul == 0 ? std::error_code{} : errc::invalid_encoding;
    }

    row_buffer& to_;
    std::byte *at_, *end_;
};

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
    static constexpr bool by_name = shape::size != 0 && !shape::name(0).empty();

public:
    /// Errors: column_count_mismatch, column_not_found.
    std::optional<error> describe(std::span<const column> columns) {
        columns_ = columns;
        if (columns.size() != shape::size) return column_count_error(columns, shape::size, cpp_type_name<T>());
        for (std::size_t i = 0; i < shape::size; ++i) {
            order_[i] = i;
            if constexpr (by_name) {
                for (order_[i] = 0; order_[i] < shape::size && shape::name(order_[i]) != columns[i].name;) ++order_[i];
                if (order_[i] == shape::size) return column_name_error(columns, columns[i].name, cpp_type_name<T>());
                in_order_ = in_order_ && order_[i] == i;
            }
        }
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
        const auto is_in_place = [this]<class M>(std::size_t position, std::type_identity<M>) {
            const oid type = columns_[position].type;
            if constexpr (in_place_number<M>) return type == codec<M>::type;
            else if constexpr (in_place_text<M>) return types::is_text(type);
            else return false;
        };
        for (std::size_t position = 0; position < shape::size; ++position)
            ((order_[position] == I ? void(in_place_[position] = is_in_place(
                                               position, std::type_identity<typename bare<member<I>>::type>{}))
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
        (void)(... || (order_[position] == I && (failed = put<I>(position, row, out), true)));
        return failed;
    }
    template <std::size_t I>
    std::error_code put(std::size_t position, const T& row, row_writer& out) {
        // row_shape gives members of what may be written to; nothing is.
        const auto& value =
            shape::template get<I>(const_cast<T&>(row));  // NOLINT(cppcoreguidelines-pro-type-const-cast)
        using type = member<I>;
        static_assert(parameter_type<type>, "howdah: no codec<T> for the C++ type of a member; include its header from "
                                            "howdah/types/, or specialise howdah::codec<T>");
        if (is_null(value)) return out.null(), std::error_code{};
        if (in_place_[position]) {
            if constexpr (std::is_same_v<typename bare<type>::type, type>) return put_in_place(value, out);
            else return put_in_place(*value, out);
        }
        scratch_.clear();
        if (const auto failed = encode_binary(value, columns_[position].type, scratch_)) return failed;
        return out.value(scratch_);
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
    std::array<std::size_t, shape::size> order_{};  // column -> member
    std::array<bool, shape::size> in_place_{};      // columns
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
