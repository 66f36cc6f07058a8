#pragma once

#include <string>
#include <string_view>

#include "howdah/observe/statement_comment.hpp"

namespace howdah::core {

/// What goes to the server behind a statement's text; `says` may be null. A text that has a comment of its own is left as it
/// is: so sqlcommenter's specification wants it, and what stands behind `-- ...` would be part of that.
std::string remark_behind(std::string_view text, const statement_comment* says);

}  // namespace howdah::core
