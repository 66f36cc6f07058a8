#pragma once

namespace howdah::pooling {

/// What recycle::clean runs: DISCARD ALL without DEALLOCATE ALL, and without what it does to plans, so that prepared
/// statements stay.
inline constexpr char cleaning_script[] =
    "close all; set session authorization default; reset all; unlisten *; select pg_advisory_unlock_all(); "
    "discard temp; discard sequences";

}  // namespace howdah::pooling
