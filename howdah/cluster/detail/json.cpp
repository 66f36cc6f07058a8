#include "howdah/cluster/detail/json.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "howdah/base/error.hpp"

namespace howdah::clustering {
namespace {

constexpr int deepest = 32;

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

void append_utf8(std::string& to, std::uint32_t c) {
    const auto byte = [&](std::uint32_t b) { to += static_cast<char>(b); };
    if (c < 0x80) return byte(c);
    if (c < 0x800) {
        byte(0xc0 | c >> 6);
    } else {
        if (c < 0x10000) {
            byte(0xe0 | c >> 12);
        } else {
            byte(0xf0 | c >> 18);
            byte(0x80 | (c >> 12 & 0x3f));
        }
        byte(0x80 | (c >> 6 & 0x3f));
    }
    byte(0x80 | (c & 0x3f));
}

class reader {
public:
    explicit reader(std::string_view text) noexcept : all_{text}, rest_{text} {}

    json read() {
        auto out = value(0);
        skip_spaces();
        if (!rest_.empty()) fail("has more behind its end");
        return out;
    }

private:
    [[noreturn]] void fail(const char* why) const {
        throw error{errc::protocol_violation,
                    std::string{"the JSON "} + why + ", at byte " + std::to_string(all_.size() - rest_.size())};
    }
    void skip_spaces() noexcept { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size())); }
    bool take(std::string_view word) noexcept {
        if (!rest_.starts_with(word)) return false;
        rest_.remove_prefix(word.size());
        return true;
    }
    char next() {
        if (rest_.empty()) fail("ends too early");
        const char c = rest_.front();
        rest_.remove_prefix(1);
        return c;
    }

    json value(int depth) {
        if (depth > deepest) fail("is nested too deeply");
        skip_spaces();
        if (rest_.empty()) fail("ends too early");
        json out;
        if (take("null")) return out;
        if (rest_.starts_with("true") || rest_.starts_with("false")) {
            out.what = json::kind::boolean;
            out.flag = take("true") || !take("false");
        } else if (rest_.starts_with('"')) {
            out.what = json::kind::string;
            out.text = string();
        } else if (take("[")) {
            out.what = json::kind::array;
            list(out, ']', depth);
        } else if (take("{")) {
            out.what = json::kind::object;
            list(out, '}', depth);
        } else {
            out.what = json::kind::number;
            out.text = number();
        }
        return out;
    }

    // Of an array or an object, behind its first brace.
    void list(json& into, char end, int depth) {
        skip_spaces();
        if (rest_.starts_with(end)) return rest_.remove_prefix(1);
        for (;;) {
            if (into.what == json::kind::object) {
                skip_spaces();
                into.names.push_back(string());
                skip_spaces();
                if (!take(":")) fail("has a name without a value");
            }
            into.items.push_back(value(depth + 1));
            skip_spaces();
            const char c = next();
            if (c == end) return;
            if (c != ',') fail("has neither a comma nor an end behind a value");
        }
    }

    std::string number() {
        const auto begin = rest_;
        const auto digits = [&] {
            if (rest_.empty() || !is_digit(rest_.front())) fail("has something that is no value");
            while (!rest_.empty() && is_digit(rest_.front())) rest_.remove_prefix(1);
        };
        (void)take("-");
        if (!take("0")) digits();
        if (take(".")) digits();
        if (take("e") || take("E")) {
            if (!take("+")) (void)take("-");
            digits();
        }
        return std::string{begin.substr(0, begin.size() - rest_.size())};
    }

    std::string string() {
        if (!take("\"")) fail("has no string where one must be");
        std::string out;
        for (;;) {
            const char c = next();
            if (c == '"') return out;
            if (static_cast<unsigned char>(c) < 0x20) fail("has a control character in a string");
            if (c == '\\') escape(out);
            else out += c;
        }
    }

    void escape(std::string& out) {
        constexpr std::string_view letters = "\"\\/bfnrt", meant = "\"\\/\b\f\n\r\t";
        const char c = next();
        if (c == 'u') return append_utf8(out, code_point());
        const auto at = letters.find(c);
        if (at == std::string_view::npos) fail("has an unknown escape");
        out += meant[at];
    }

    std::uint32_t code_point() {
        const auto high = hexadecimal();
        if (high < 0xd800 || high > 0xdfff) return high;
        if (high > 0xdbff || !take("\\u")) fail("has half a surrogate pair");
        const auto low = hexadecimal();
        if (low < 0xdc00 || low > 0xdfff) fail("has half a surrogate pair");
        return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
    }

    std::uint32_t hexadecimal() {
        std::uint32_t out = 0;
        const auto digits = rest_.substr(0, 4);
        const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), out, 16);
        if (digits.size() != 4 || failure != std::errc{} || end != digits.data() + 4) fail("has a wrong \\u escape");
        rest_.remove_prefix(4);
        return out;
    }

    std::string_view all_, rest_;
};

}  // namespace

const json* json::find(std::string_view name) const noexcept {
    const auto found = std::ranges::find(names, name);
    return found == names.end() ? nullptr : &items[static_cast<std::size_t>(found - names.begin())];
}

json read_json(std::string_view text) { return reader{text}.read(); }

}  // namespace howdah::clustering
