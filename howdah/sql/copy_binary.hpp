#pragma once
// COPY's binary format (PostgreSQL, COPY, "Binary Format"): a header, for each row an int16 count and its fields as a
// DataRow has them, and -1 at the end.

#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "howdah/base/bytes.hpp"
#include "howdah/base/writer.hpp"
#include "howdah/sql/column.hpp"
#include "howdah/sql/field_encoder.hpp"
#include "howdah/sql/row.hpp"
#include "howdah/sql/row_error.hpp"

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
public:
    /// Errors: column_count_mismatch, column_not_found.
    std::optional<error> describe(std::span<const column> columns) {
        columns_ = columns;
        return fields_.describe(columns);
    }

    /// Appends a row; on an error `out` is as before. Throws error: those of the codecs, with the row and its column.
    void append(const T& row, bytes& out) {
        const auto at = out.size();
        ++rows_;
        put_u16(out, static_cast<std::uint16_t>(columns_.size()));
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            if (const auto failed = fields_.append(i, row, format::binary, out)) {
                out.resize(at);
                throw encode_error(failed, rows_, columns_[i], i, cpp_type_name<T>());
            }
        }
    }

private:
    std::span<const column> columns_;
    field_encoder<T> fields_;
    std::uint64_t rows_ = 0;
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
