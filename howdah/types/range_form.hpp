#pragma once

#include <string>
#include <string_view>
#include <system_error>

#include "howdah/base/bytes.hpp"
#include "howdah/types/field.hpp"

namespace howdah {

/// Whether a range's bound belongs to it. That of an infinite one is exclusive on the server, whatever is said.
enum class bound { exclusive, inclusive };

}  // namespace howdah

/// The forms of ranges, without their bounds' type (src/backend/utils/adt/rangetypes.c).
namespace howdah::types {

struct range_shape {
    bool is_empty = false;
    bool has_lower = false;
    bool has_upper = false;
    bound lower_bound = bound::inclusive;
    bound upper_bound = bound::exclusive;
};

/// Reads either format. The bounds' texts live as long as the reader.
class range_reader {
public:
    std::error_code read(const field& in);
    const range_shape& shape() const noexcept { return shape_; }
    const field& lower() const noexcept { return lower_; }
    const field& upper() const noexcept { return upper_; }

private:
    std::error_code read_binary(bytes_view in, type_ref bound_type);
    std::error_code read_text(std::string_view in, type_ref bound_type);

    range_shape shape_;
    field lower_;
    field upper_;
    std::string lower_text_;
    std::string upper_text_;
};

/// Writes the binary form; the caller appends each finite bound between begin_bound and end_bound.
class range_writer {
public:
    range_writer(bytes& out, const range_shape& shape);
    void begin_bound();
    std::error_code end_bound();

private:
    bytes& out_;
    std::size_t length_at_ = 0;
};

void append_range(bytes& out, const range_shape& shape, std::string_view lower, std::string_view upper);

}  // namespace howdah::types
