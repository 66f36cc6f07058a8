#pragma once

#include <cstdint>
#include <string>

namespace howdah {

/// What a statement that is not asked for rows has done.
struct command_result {
    std::string command_tag;          // "UPDATE 3", as the server says it
    std::uint64_t rows_affected = 0;  // the number in it
};

}  // namespace howdah
