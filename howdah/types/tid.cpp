#include "howdah/types/tid.hpp"

#include <limits>

#include "howdah/base/writer.hpp"
#include "howdah/types/scanner.hpp"

namespace howdah {

void codec<tid>::encode(tid value, bytes& out) {
    put_u32(out, value.block);
    put_u16(out, value.offset);
}

void codec<tid>::encode_text(tid value, bytes& out) {
    append(out, "(");
    types::append_number(out, value.block);
    append(out, ",");
    types::append_number(out, value.offset);
    append(out, ")");
}

std::error_code codec<tid>::decode_text(std::string_view in, tid& out) noexcept {
    types::scanner from{in};
    std::int64_t block = 0;
    std::int64_t offset = 0;
    if (!from.accept('(') || !from.digits(1, 10, block) || !from.accept(',') || !from.digits(1, 5, offset) ||
        !from.accept(')') || !from.at_end())
        return errc::invalid_value;
    if (block > std::numeric_limits<std::uint32_t>::max() || offset > std::numeric_limits<std::uint16_t>::max())
        return errc::invalid_value;
    out = {static_cast<std::uint32_t>(block), static_cast<std::uint16_t>(offset)};
    return {};
}

}  // namespace howdah
