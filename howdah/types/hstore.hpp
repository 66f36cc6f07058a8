#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "howdah/types/codec.hpp"

namespace howdah {

/// The extension hstore: keys, and values that may be NULL. std::map's order is not the server's, which has none.
using hstore = std::map<std::string, std::optional<std::string>, std::less<>>;

template <>
struct codec<hstore> {
    static constexpr std::string_view type_name = "hstore";
    static std::error_code encode(const hstore& value, bytes& out);
    static std::error_code decode(bytes_view in, hstore& out);
    static std::error_code encode_text(const hstore& value, bytes& out);
    static std::error_code decode_text(std::string_view in, hstore& out);
};

}  // namespace howdah
