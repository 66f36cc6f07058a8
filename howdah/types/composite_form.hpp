#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "howdah/base/bytes.hpp"
#include "howdah/base/reader.hpp"
#include "howdah/types/field.hpp"

/// The forms of composite values, without their fields' types (src/backend/utils/adt/rowtypes.c).
namespace howdah::types {

/// Reads the binary form, field by field.
class composite_reader {
public:
    /// errc::column_count_mismatch if there are not `fields` of them.
    std::error_code open(const field& in, std::size_t fields) noexcept;
    std::error_code next(field& out) noexcept;
    std::error_code finish() const noexcept { return in_.finish(); }

private:
    reader in_{bytes_view{}};
    const type_map* known_ = nullptr;
};

/// Writes the binary form; the caller appends each field that is not NULL between begin_field and end_field.
class composite_writer {
public:
    composite_writer(bytes& out, std::size_t fields);
    void null(oid type);
    void begin_field(oid type);
    /// errc::message_too_large if the field has more bytes than its length has room for.
    std::error_code end_field();

private:
    bytes& out_;
    std::size_t length_at_ = 0;
};

/// Reads the text form, field by field. A field's text lives until the next one is read.
class composite_text {
public:
    std::error_code open(const field& in, std::size_t fields);
    /// The field has no type if the composite's definition is not known.
    std::error_code next(field& out);
    /// errc::column_count_mismatch if there are more fields.
    std::error_code finish() const noexcept;

private:
    std::string_view rest_;
    type_ref type_;
    std::size_t read_ = 0;
    std::size_t left_ = 0;
    std::string unescaped_;
};

/// Writes the text form: "(", next or null for each field, ")".
class composite_text_writer {
public:
    explicit composite_text_writer(bytes& out) : out_{out} { append(out_, "("); }
    void null() { separate(); }
    void field(std::string_view text);
    void finish() { append(out_, ")"); }

private:
    void separate();

    bytes& out_;
    bool first_ = true;
};

/// Appends text in double quotes, with quotes and backslashes doubled: the way of composites and ranges.
void append_doubling_quotes(bytes& out, std::string_view text);

/// Reads one field or bound of such a text, up to one of the characters in `ends`, which stays; `unquoted` holds the
/// result. False if a quotation does not end.
bool read_doubled_quotes(std::string_view& in, std::string_view ends, std::string& unquoted);

}  // namespace howdah::types
