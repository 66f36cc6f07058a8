#include "howdah/tools/words.hpp"

#include <algorithm>
#include <array>

namespace howdah::tools {
namespace {

constexpr char mark = '\x01';

constexpr std::array<std::string_view, 5> takes_any_text{"query", "copy", "listen", "notify", "fingerprint"};

// A negative number is a value: no option begins with a digit.
bool is_option(std::string_view word) {
    return word.size() > 1 && word[0] == '-' && !(word[1] >= '0' && word[1] <= '9');
}

}  // namespace

std::vector<std::string> marked_words(int argc, const char* const* argv) {
    std::vector<std::string> words(argv + 1, argv + argc);
    auto command = std::ranges::find_if_not(words, is_option);
    if (command == words.end() || std::ranges::find(takes_any_text, *command) == takes_any_text.end()) return words;
    if (*command == "copy" && command + 1 != words.end()) ++command;  // "in" and "out" are words of ours
    const auto all_text = std::find(command, words.end(), "--");
    for (auto word = command + 1; word != words.end(); ++word)
        if (word > all_text || !is_option(*word)) word->insert(word->begin(), mark);
    if (all_text != words.end()) words.erase(all_text);
    return words;
}

std::string unmarked(std::string_view word) { return std::string{word.starts_with(mark) ? word.substr(1) : word}; }

std::string without_marks(std::string text) {
    std::erase(text, mark);
    return text;
}

}  // namespace howdah::tools
