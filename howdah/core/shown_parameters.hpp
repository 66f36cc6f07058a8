#pragma once

#include <string>

#include "howdah/core/operation.hpp"
#include "howdah/observe/redaction.hpp"

namespace howdah::core {

/// A JSON array of what the policy lets be seen of a statement's parameters, in their text form; empty if it has none. Long
/// ones are cut, and where there are many, "..." stands for the rest.
std::string shown_parameters(const operation::watched_statement& s, const redaction& policy);

}  // namespace howdah::core
