#pragma once

#include <optional>
#include <type_traits>
#include <vector>

#include "howdah/sql/bulk_options.hpp"

namespace howdah::core {

/// What comes back without RETURNING.
struct no_returned_rows {};

/// Of rows R that come back, or of no_returned_rows.
template <class R>
using bulk_answer = std::conditional_t<std::is_same_v<R, no_returned_rows>, bulk_report, std::vector<std::optional<R>>>;

/// What a call keeps of a range: an rvalue by value, an lvalue by reference.
template <class Rows>
using kept_rows = std::conditional_t<std::is_lvalue_reference_v<Rows>, Rows, std::remove_cvref_t<Rows>>;

/// howdah/core/bulk_rows.hpp
template <class Rows, class R>
class bulk_call_of;

}  // namespace howdah::core
