#pragma once

#include <string_view>

#include "howdah/base/bytes.hpp"
#include "howdah/base/error.hpp"
#include "howdah/base/sqlstate.hpp"

namespace howdah::wire {

/// The error for a first answer that no PostgreSQL server gives, with a guess at what the other end speaks.
error not_postgresql(bytes_view answer);

/// What to do about a refusal that users meet; empty if there is nothing to say.
std::string_view remedy(sqlstate state) noexcept;

}  // namespace howdah::wire
