#pragma once

#include <iosfwd>
#include <string>

#include "howdah/sim/cassette.hpp"

namespace howdah::tools {

/// "NAME<TAB>3<TAB>select name from book where id = $1<TAB>$1='7'", safe to print.
std::string line_of(const std::string& name, const sim::interaction& one);

/// The key, and every use with its columns, its first rows and its messages.
void print_whole(std::ostream& out, const sim::cassette& tape, const std::string& name);

}  // namespace howdah::tools
