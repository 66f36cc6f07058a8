#include "examples/demo/story.hpp"

#include <algorithm>
#include <cstdio>
#include <iostream>

namespace demo {
namespace {

std::string in_tree(std::source_location where) {
    const std::string_view path = where.file_name();
    const auto at = path.rfind("examples/");
    return std::string{at == path.npos ? path : path.substr(at)};
}

std::string fixed(double number, int digits) {
    char text[64];
    std::snprintf(text, sizeof text, "%.*f", digits, number);
    return text;
}

}  // namespace

void heading(std::string_view title, std::source_location where) {
    static int number = 0;
    std::cout << '\n' << ++number << ". " << title << "  (" << in_tree(where) << ")\n";
}

void say(std::string_view line) { std::cout << "   " << line << '\n' << std::flush; }

void check(bool holds, std::string_view what, std::source_location where) {
    if (!holds)
        throw wrong{in_tree(where) + ":" + std::to_string(where.line()) + ": does not hold: " + std::string{what}};
}

std::string with_commas(std::uint64_t n) {
    auto text = std::to_string(n);
    for (auto at = text.size(); at > 3; at -= 3) text.insert(at - 3, 1, ',');
    return text;
}

std::string to_text(std::chrono::duration<double, std::milli> time) {
    return time.count() < 1000 ? fixed(time.count(), 1) + " ms" : fixed(time.count() / 1000, 2) + " s";
}

std::string rate(std::size_t count, std::string_view what, std::chrono::duration<double, std::milli> time) {
    const auto a_second = static_cast<double>(count) * 1000 / time.count();
    return with_commas(count) + " " + std::string{what} + " in " + to_text(time) + ", " +
           with_commas(static_cast<std::uint64_t>(a_second)) + " " + std::string{what} + "/s";
}

std::string shortened(std::string_view text, std::size_t width) {
    auto end = std::min(width, text.size());
    // Not within a character of UTF-8.
    while (end != 0 && end != text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    return std::string{text.substr(0, end)} + (end == text.size() ? "" : "...");
}

}  // namespace demo
