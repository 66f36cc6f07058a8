#pragma once

#include <cstdint>
#include <string_view>
#include <system_error>

#include "howdah/base/bytes.hpp"
#include "howdah/base/reader.hpp"
#include "howdah/types/field.hpp"

/// The forms of multiranges, without their ranges' type (src/backend/utils/adt/multirangetypes.c).
namespace howdah::types {

/// The type of a multirange's ranges, built in or looked up; oid{} if it is none, or not known.
type_ref range_in(type_ref multirange) noexcept;

/// Reads either format, range by range.
class multirange_reader {
public:
    std::error_code open(const field& in) noexcept;
    /// False at the end, or at an error. The field is a range.
    bool next(field& out) noexcept;
    std::error_code finish() const noexcept;
    /// Of the binary form: ranges that are still to come.
    std::uint32_t left() const noexcept { return left_; }

private:
    bool next_binary(field& out) noexcept;
    bool next_text(field& out) noexcept;
    bool fail(std::error_code why) noexcept;

    type_ref range_type_;
    enum format format_ = howdah::format::binary;
    reader in_{bytes_view{}};
    std::uint32_t left_ = 0;
    std::string_view rest_;  // of the text, from the next range or the closing brace on
    bool any_ = false;
    std::error_code failed_;
};

/// Writes the binary form; the caller appends each range between begin_range and end_range.
class multirange_writer {
public:
    multirange_writer(bytes& out, std::uint32_t ranges);
    void begin_range();
    /// errc::message_too_large if the range has more bytes than its length has room for.
    std::error_code end_range();

private:
    bytes& out_;
    std::size_t length_at_ = 0;
};

}  // namespace howdah::types
