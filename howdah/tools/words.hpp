#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace howdah::tools {

/// The command line's words after the program's name. CLI11 takes some words for more than text: "[a,b]" and "{}" for
/// lists, a command's name for that command, what follows "--" for its parent's. The arguments of some commands are
/// any text at all, so their words that are no options are marked here, and unmarked where they are used.
std::vector<std::string> marked_words(int argc, const char* const* argv);

/// The word as it was typed.
std::string unmarked(std::string_view word);
/// A text that words were put into.
std::string without_marks(std::string text);

}  // namespace howdah::tools
