#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace howdah::sim {

// A portal that no Bind has made is SQL's: of DECLARE, or of a function that opens a cursor. What the protocol asks of it is
// recorded and found under a text of its own, beside the FETCH statements of the same cursor.

/// Describe: `describe portal "name"`.
std::string describe_portal_text(std::string_view portal);
/// Execute: `execute portal "name" 10`; 0 rows: all.
std::string execute_portal_text(std::string_view portal, std::uint32_t row_limit);

}  // namespace howdah::sim
