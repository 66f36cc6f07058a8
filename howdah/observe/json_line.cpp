#include "howdah/observe/json_line.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>

#include "howdah/base/utf8.hpp"

namespace howdah::observe {
namespace {

void append_escaped(std::string& out, char32_t code) {
    std::array<char, 16> digits{};
    std::snprintf(digits.data(), digits.size(), "\\u%04x", static_cast<unsigned>(code));
    out += digits.data();
}

// How much of it stands for itself: most text does.
std::size_t plain_start(std::string_view text) noexcept {
    const auto stands_for_itself = [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; };
    return static_cast<std::size_t>(std::ranges::find_if_not(text, stands_for_itself) - text.begin());
}

}  // namespace

void append_json_text(std::string& out, std::string_view text) {
    out += '"';
    for (;;) {
        const auto plain = plain_start(text);
        out += text.substr(0, plain);
        text.remove_prefix(plain);
        if (text.empty()) break;
        const auto c = utf8::first_of(text);
        if (!c.sound) out += "\\ufffd";
        else if (c.code == '"' || c.code == '\\') (out += '\\') += static_cast<char>(c.code);
        else if (c.code == '\n') out += "\\n";
        else if (utf8::steers(c.code)) append_escaped(out, c.code);  // these are all below U+10000
        else out += text.substr(0, c.size);
        text.remove_prefix(c.size);
    }
    out += '"';
}

json_line& json_line::add(std::string_view name, std::string_view text) {
    add_json(name, {});
    append_json_text(out_, text);
    return *this;
}

json_line& json_line::add(std::string_view name, double value) {
    if (!std::isfinite(value)) return add_json(name, "null");
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    return add_json(name, {digits.data(), static_cast<std::size_t>(end - digits.data())});
}

json_line& json_line::add_json(std::string_view name, std::string_view json) {
    if (out_.size() > 1) out_ += ',';
    append_json_text(out_, name);
    out_ += ':';
    out_ += json;
    return *this;
}

std::string to_rfc3339(std::int64_t microseconds_since_epoch) {
    using namespace std::chrono;
    const sys_time<microseconds> when{microseconds{microseconds_since_epoch}};
    const auto day = floor<days>(when);
    const year_month_day date{day};
    const hh_mm_ss time{when - day};
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                  static_cast<int>(time.seconds().count()), static_cast<int>(time.subseconds().count()));
    return text.data();
}

}  // namespace howdah::observe
