#include "howdah/sql/field_encoder.hpp"

#include "howdah/base/errc.hpp"

namespace howdah {

std::error_code end_field(std::size_t begun_at, bytes& out) {
    const auto size = out.size() - begun_at - data_row::length_size;
    if (size > types::largest_value) return errc::message_too_large;
    store_big_endian(out.data() + begun_at, static_cast<std::uint32_t>(size));
    return {};
}

}  // namespace howdah
