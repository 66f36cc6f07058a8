#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "howdah/tools/copy_text.hpp"
#include "howdah/tools/masks.hpp"

namespace howdah::tools {

/// What the command line of `howdah copy` says.
struct copy_arguments {
    std::string dsn, what, file;
    copy_layout layout;
    std::optional<std::uint64_t> chunk;  // records
    std::string state;                   // a file; empty: none
    std::chrono::milliseconds timeout{0};
    bool quiet = false;
    masks mask{};  // of what is copied out
};

/// Throws exit_now once it has said what is wrong, or what is wrong.
void copy_in(const copy_arguments& given);
void copy_out(const copy_arguments& given);

}  // namespace howdah::tools
