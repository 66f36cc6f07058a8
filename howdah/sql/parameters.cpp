#include "howdah/sql/parameters.hpp"

#include <string>

#include "howdah/base/writer.hpp"

namespace howdah {

std::error_code append_parameter(const parameter_view& p, type_ref target, enum format as, bytes& out) {
    const auto at = out.size();
    put_i32(out, -1);
    if (p.codec->is_null(p.value)) return {};
    if (const auto failed = p.codec->encode(p.value, target, as, out)) return failed;
    const auto size = out.size() - at - sizeof(std::int32_t);
    if (size > types::largest_value) return errc::message_too_large;
    store_big_endian(out.data() + at, static_cast<std::uint32_t>(size));
    return {};
}

error parameter_error(std::error_code why, std::size_t position, const parameter_view& p, type_ref target) {
    auto words = "parameter $" + std::to_string(position + 1) + " (" + std::string{p.codec->cpp_type};
    if (target.type != oid{}) words += " for " + target.name();
    words += "): " + why.message();
    if (why == errc::parameter_type_mismatch)
        words += "; cast it in the statement ($1::type), or pass another C++ type";
    return error{why, words, fate::not_sent};
}

}  // namespace howdah
