#include "howdah/sql/field_encoder.hpp"

#include "howdah/base/errc.hpp"

namespace howdah {

std::error_code end_field(std::size_t begun_at, bytes& out) {
    // As for a parameter: PostgreSQL holds no value of 1 GiB or more.
    constexpr auto largest_value = (std::size_t{1} << 30) - 1;
    const auto size = out.size() - begun_at - data_row::length_size;
    if (size > largest_value) return errc::message_too_large;
    store_big_endian(out.data() + begun_at, static_cast<std::uint32_t>(size));
    return {};
}

}  // namespace howdah
