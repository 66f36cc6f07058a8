#pragma once

#include <string>
#include <string_view>

namespace howdah {

/// `name` as SQL has it, quoted: `my "table"` gives `"my ""table"""`. Throws invalid_encoding for an empty one or a NUL.
std::string quoted_identifier(std::string_view name);

}  // namespace howdah
