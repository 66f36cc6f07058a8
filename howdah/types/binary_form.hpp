#pragma once

#include <system_error>

#include "howdah/base/bytes.hpp"
#include "howdah/types/field.hpp"

namespace howdah {

/// Decodes a field, in either format, into the C++ type that the library has for its type, and appends what that is encoded
/// to in binary. Composites, and arrays and ranges of types made in the database, go part by part, and in binary only.
/// `in` is not NULL. Errors: type_mismatch, if there is no C++ type for it; those of decode and encode_binary.
std::error_code to_binary(const field& in, bytes& out);

}  // namespace howdah
