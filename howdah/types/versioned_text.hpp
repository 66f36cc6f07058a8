#pragma once

#include <string_view>
#include <system_error>

#include "howdah/base/bytes.hpp"

/// The binary form of jsonb, jsonpath and the ltree family: a version, which is 1, and the text.
namespace howdah::types {

/// errc::invalid_encoding if there is a NUL.
std::error_code append_versioned_text(bytes& out, std::string_view text);
/// The text borrows from `in`. errc::invalid_value for a version that is not known.
std::error_code read_versioned_text(bytes_view in, std::string_view& out) noexcept;

}  // namespace howdah::types
