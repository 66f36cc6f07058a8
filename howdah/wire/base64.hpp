#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "howdah/base/bytes.hpp"

namespace howdah::wire {

/// Base64 with padding and without line breaks (RFC 4648, section 4).
std::string encode_base64(bytes_view in);

/// Takes only what encode_base64 writes: white space, missing padding and stray bits give nullopt.
std::optional<bytes> decode_base64(std::string_view text);

}  // namespace howdah::wire
