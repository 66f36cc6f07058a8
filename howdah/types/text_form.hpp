#pragma once

#include <string>
#include <system_error>

#include "howdah/types/field.hpp"

namespace howdah {

/// Howdah can turn the binary form of `type` into text, so a column of it need not be asked for as text.
bool has_known_binary_form(oid type) noexcept;

/// The field's text form, converted from the binary one if need be. `in` is not NULL.
/// Errors: type_mismatch (the type's binary form is not known), and those of decode.
std::error_code to_text(const field& in, bytes& out);
std::error_code to_text(const field& in, std::string& out);

}  // namespace howdah
