#include "howdah/testing/flat_json.hpp"

#include <array>
#include <charconv>
#include <cstdio>

#include "howdah/testing/failure.hpp"

namespace howdah::testing {
namespace {

class flat_reader {
public:
    explicit flat_reader(std::string_view text) : rest_{text} {}

    flat_object object() {
        flat_object out;
        expect('{');
        if (take('}')) return end(std::move(out));
        do {
            auto name = string();
            expect(':');
            out.insert_or_assign(std::move(name), value());
        } while (take(','));
        expect('}');
        return end(std::move(out));
    }

private:
    flat_object end(flat_object out) {
        skip_space();
        if (!rest_.empty()) refuse();
        return out;
    }

    flat_value value() {
        skip_space();
        if (rest_.starts_with('"')) return {string(), {}};
        if (rest_.starts_with('[')) return {std::nullopt, list()};
        if (rest_.starts_with("null")) {
            rest_.remove_prefix(4);
            return {};
        }
        return {number(), {}};
    }

    std::vector<std::string> list() {
        std::vector<std::string> out;
        expect('[');
        if (take(']')) return out;
        do out.push_back(string());
        while (take(','));
        expect(']');
        return out;
    }

    std::string number() {
        const auto size = rest_.find_first_not_of("-0123456789");
        std::string out{rest_.substr(0, size)};
        if (out.empty()) refuse();
        rest_.remove_prefix(out.size());
        return out;
    }

    std::string string() {
        expect('"');
        std::string out;
        while (true) {
            const char c = next();
            if (c == '"') return out;
            out += c == '\\' ? escaped() : c;
        }
    }

    char escaped() {
        const char c = next();
        switch (c) {
            case 'n': return '\n';
            case 't': return '\t';
            case 'u': return control_character();
            default: return c;
        }
    }

    // json_string writes \u only for what is below a space.
    char control_character() {
        const auto digits = rest_.substr(0, 4);
        unsigned code = 0;
        const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
        if (digits.size() != 4 || read.ptr != digits.data() + 4 || code >= 0x20) refuse();
        rest_.remove_prefix(4);
        return static_cast<char>(code);
    }

    char next() {
        if (rest_.empty()) refuse();
        const char c = rest_.front();
        rest_.remove_prefix(1);
        return c;
    }

    void skip_space() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size())); }

    bool take(char c) {
        skip_space();
        if (!rest_.starts_with(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }

    void expect(char c) {
        if (!take(c)) refuse();
    }

    [[noreturn]] static void refuse() { fail("this is not the description of a throwaway server"); }

    std::string_view rest_;
};

}  // namespace

std::string json_string(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out.append({'\\', c});
        } else if (static_cast<unsigned char>(c) < 0x20) {
            std::array<char, 8> code{};
            std::snprintf(code.data(), code.size(), "\\u%04x", static_cast<unsigned>(c));
            out += code.data();
        } else {
            out += c;
        }
    }
    return out + '"';
}

std::string json_list(const std::vector<std::string>& texts) {
    std::string out = "[";
    for (const auto& text : texts) out.append(out.size() > 1 ? "," : "").append(json_string(text));
    return out + ']';
}

flat_object parse_flat_json(std::string_view text) { return flat_reader{text}.object(); }

}  // namespace howdah::testing
