#pragma once

#include <system_error>

namespace howdah::sim {

/// What is wrong with a cassette. Thrown as howdah::error, whose words name the file and what to do.
enum class cassette_errc {
    missing = 1,    // no folder, or no manifest in it
    damaged,        // a file is cut off, or is not what this program writes
    edited,         // a file is not what its checksum says
    future_format,  // written by a newer version of Howdah
    too_large,      // over a limit: of a file, of a result, of nesting
    in_use,         // another program records into it
    missing_key,    // its policy hides values, and HOWDAH_CASSETTE_KEY is not set, or another one
    not_writable,   // a file can't be written
};

const std::error_category& cassette_category() noexcept;

inline std::error_code make_error_code(cassette_errc e) noexcept { return {static_cast<int>(e), cassette_category()}; }

}  // namespace howdah::sim

template <>
struct std::is_error_code_enum<howdah::sim::cassette_errc> : std::true_type {};
