#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "howdah/base/bytes.hpp"
#include "howdah/base/oid.hpp"
#include "howdah/base/reader.hpp"
#include "howdah/types/field.hpp"
#include "howdah/types/scanner.hpp"

namespace howdah {

/// One of an array's dimensions.
struct dimension {
    std::int32_t size = 0;
    std::int32_t lower_bound = 1;

    friend constexpr bool operator==(const dimension&, const dimension&) = default;
};

}  // namespace howdah

/// The forms of arrays, without their elements' types (src/backend/utils/adt/arrayfuncs.c).
namespace howdah::types {

inline constexpr std::size_t max_dimensions = 6;

/// Checked dimensions: sizes above zero, upper bounds and the product of the sizes that don't overflow.
class array_shape {
public:
    /// errc::invalid_value if they are not so, or (for elements that are there) multiply to another number.
    std::error_code assign(std::span<const dimension> dimensions, std::size_t elements) noexcept;
    /// One dimension, from 1.
    std::error_code assign_list(std::size_t elements) noexcept;

    std::span<const dimension> dimensions() const noexcept { return {dimensions_.data(), rank_}; }
    std::size_t rank() const noexcept { return rank_; }
    std::size_t count() const noexcept { return count_; }

private:
    friend class array_reader;
    /// Stops at `most`: errc::truncated if there are more.
    std::error_code measure(std::span<const dimension> dimensions, std::size_t most) noexcept;

    std::array<dimension, max_dimensions> dimensions_{};
    std::size_t rank_ = 0;
    std::size_t count_ = 0;
};

/// Reads the binary form: the header, then element by element.
class array_reader {
public:
    /// Checks the header: it names `element_type`, unless that is oid{} (not known), and claims no more elements than
    /// the bytes after it have room for.
    std::error_code open(bytes_view in, type_ref element_type) noexcept;
    const array_shape& shape() const noexcept { return shape_; }
    /// False at the end, or at an error.
    bool next(field& out) noexcept;
    std::error_code finish() const noexcept { return failed_ ? failed_ : in_.finish(); }

private:
    reader in_{bytes_view{}};
    array_shape shape_;
    type_ref element_type_{};
    std::size_t left_ = 0;
    std::error_code failed_;
};

/// Writes the binary form; the caller appends each element between begin_element and end_element.
class array_writer {
public:
    array_writer(bytes& out, const array_shape& shape, oid element_type);
    void null();
    void begin_element();
    /// errc::message_too_large if the element has more bytes than its length has room for.
    std::error_code end_element();

private:
    bytes& out_;
    std::size_t flags_at_;
    std::size_t length_at_ = 0;
};

/// Reads the text form, as a whole.
class array_text {
public:
    /// `type` is the array's, oid{} if not known. `delimiter` is taken where the elements' type is not known. Views into
    /// `in` are kept.
    std::error_code read(std::string_view in, type_ref type, char delimiter);
    const array_shape& shape() const noexcept { return shape_; }
    field element(std::size_t i) const noexcept;

private:
    struct part {
        const char* start;  // nullptr: in unescaped_, at offset
        std::size_t offset, size;
        bool is_null;
    };
    bool read_bounds(scanner& in);
    bool read_level(scanner& in, std::size_t depth);
    bool read_element(scanner& in);
    bool read_quoted(scanner& in);
    std::error_code read_vector(std::string_view in);
    std::error_code set_shape();

    char delimiter_ = ',';
    type_ref element_type_{};
    array_shape shape_;
    std::size_t rank_ = 0;  // 0: no element yet
    std::vector<dimension> stated_;
    std::array<std::size_t, max_dimensions> sizes_{};
    std::vector<part> parts_;
    std::string unescaped_;
};

/// Writes the text form.
class array_text_writer {
public:
    array_text_writer(bytes& out, const array_shape& shape, char delimiter);
    void null() { put("NULL", quoting::never); }
    void element(std::string_view text) { put(text, quoting::as_needed); }
    void finish();

private:
    enum class quoting { never, as_needed };
    void put(std::string_view text, quoting quote);
    bool needs_quotes(std::string_view text) const noexcept;

    bytes& out_;
    const array_shape& shape_;
    char delimiter_;
    std::size_t written_ = 0;
};

}  // namespace howdah::types
