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
#include "howdah/sql/field_encoder.hpp"
#include "howdah/sql/in_place.hpp"
#include "howdah/sql/row.hpp"
#include "howdah/sql/row_buffer.hpp"
#include "howdah/sql/row_error.hpp"
#include "howdah/types/codec.hpp"

namespace howdah::copy_binary {

void put_header(bytes& out);
void put_trailer(bytes& out);

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
    /// Behind the header, and not behind the end.
    bool is_among_rows() const noexcept { return begun_ && !ended_; }
    /// The consumed part has left the data.
    void rebase() noexcept { at_ = 0; }

private:
    found header(bytes_view data);

    std::size_t at_ = 0;
    bool begun_ = false, ended_ = false;
};

/// Rows out of CopyData frames. The server sends a row in each, which then stays where it is; what is cut otherwise, and
/// the header and the end, are joined first.
class frame_reader {
public:
    /// Takes what it needs from the front of `frames`, which are whole. A row may turn out to be only the beginning of
    /// one: see rejoin().
    reader::found next(bytes_view& frames, bytes_view& body) {
        if (!holds_a_row(frames)) return next_joined(frames, body);
        body = take_frame(frames);
        return reader::found::row;
    }
    /// The row that was found last is not whole. False: it must be, for it was joined already.
    bool rejoin(bytes_view body);

private:
    static constexpr std::size_t trailer_frame = data_row::frame_header + data_row::count_size;

    // At least: a row's first frame.
    bool holds_a_row(bytes_view frames) const noexcept {
        return frames.size() > trailer_frame && joined_.empty() && reader_.is_among_rows() &&
               data_row::split(frames.data()).size > trailer_frame;
    }
    static bytes_view take_frame(bytes_view& frames) noexcept {
        const auto frame = data_row::split(frames.data());
        frames = frames.subspan(frame.size);
        return frame.body;
    }
    reader::found next_joined(bytes_view& frames, bytes_view& body);

    reader reader_;
    bytes joined_;
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
        if constexpr (can_be_in_place) in_place_ = is_in_place(indexes{});
        return std::nullopt;
    }

    /// Appends a row; on an error `out` is as before. Throws error: those of the codecs, with the row and its column.
    void append(const T& row, row_buffer& out) {
        ++rows_;
        std::size_t position = 0;
        if (const auto failed = append(row, out, position)) [[unlikely]]
            throw encode_error(failed, rows_, columns_[position], position, cpp_type_name<T>());
    }
    /// The same, and what is wrong with the value for the column at `position`.
    std::error_code append(const T& row, row_buffer& out, std::size_t& position) {
        if constexpr (can_be_in_place)
            if (in_place_ && append_in_place(row, out, indexes{})) [[likely]]
                return {};
        return append_fields(row, out, position);
    }

private:
    static constexpr bool can_be_in_place = []<std::size_t... I>(std::index_sequence<I...>) {
        return (in_place::writes<member<I>> && ...);
    }(indexes{});

    /// Takes back what was written of a row that did not become whole.
    struct row_in_progress {
        explicit row_in_progress(row_buffer& b) noexcept : out{b}, before{b.size()} {}
        row_in_progress(const row_in_progress&) = delete;
        row_in_progress& operator=(const row_in_progress&) = delete;
        ~row_in_progress() {
            if (!whole) out.cut(before);
        }
        row_buffer& out;
        std::size_t before;
        bool whole = false;
    };

    // row_shape gives members of what may be written to; nothing is.
    template <std::size_t I>
    static const member<I>& get(const T& row) noexcept {
        return shape::template get<I>(const_cast<T&>(row));  // NOLINT(cppcoreguidelines-pro-type-const-cast)
    }

    template <std::size_t... I>
    bool is_in_place(std::index_sequence<I...>) const {
        return (... && (fields_.member_of(I) == I && in_place::write_fits<member<I>>(columns_[I])));
    }

    static std::byte* put_count(std::byte* at) noexcept {
        store_big_endian(at, static_cast<std::uint16_t>(shape::size));
        return at + data_row::count_size;
    }

    // One look for room, and no other. False: a text is too long for that, or none.
    template <std::size_t... I>
    bool append_in_place(const T& row, row_buffer& out, std::index_sequence<I...>) {
        auto* at = put_count(out.room((data_row::count_size + ... + in_place::most_bytes<member<I>>)));
        const bool whole = (... && ((at = in_place::write(at, get<I>(row))) != nullptr));
        if (whole) [[likely]]
            out.keep(at);
        return whole;
    }

    std::error_code append_fields(const T& row, row_buffer& out, std::size_t& position) {
        row_in_progress begun{out};
        out.keep(put_count(out.room(data_row::count_size)));
        for (position = 0; position < shape::size; ++position)
            if (const auto failed = fields_.append(position, row, format::binary, out)) return failed;
        begun.whole = true;
        return {};
    }

    std::span<const column> columns_;
    field_encoder<T> fields_;
    std::uint64_t rows_ = 0;
    bool in_place_ = false;
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
    /// False: it is not of the shape that was described. Throws error: those of decoding.
    bool decode(bytes_view body, T& out) {
        std::size_t position = 0;
        const auto failed = decoder_.decode(body, out, position);
        if (!failed) [[likely]]
            return true;
        if (failed != errc::protocol_violation) throw decoder_.value_error(failed, position);
        return false;
    }

private:
    std::shared_ptr<std::vector<column>> columns_;
    row_decoder<T> decoder_;
};

}  // namespace howdah::copy_binary
