#pragma once

namespace howdah::pooling {

/// What recycle::clean takes back, in one simple Query: DISCARD ALL without its DEALLOCATE ALL and DISCARD PLANS, so
/// that prepared statements stay.
inline constexpr const char* cleaning_script =
    "close all; set session authorization default; reset all; unlisten *; select pg_advisory_unlock_all(); "
    "discard temp; discard sequences";

}  // namespace howdah::pooling
