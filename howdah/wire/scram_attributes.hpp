#pragma once

#include <algorithm>
#include <optional>
#include <string_view>

namespace howdah::wire {

/// The attributes of a SCRAM message: a letter, '=', a value without ',' (attr-val; RFC 5802, section 5.1).
class scram_attributes {
public:
    explicit scram_attributes(std::string_view message) : rest_{message} {}

    char name() const noexcept { return rest_.empty() ? '\0' : rest_[0]; }
    bool at_end() const noexcept { return rest_.empty(); }

    /// The value if the next attribute has this name; else nullopt.
    std::optional<std::string_view> take(char wanted) noexcept {
        if (rest_.size() < 2 || rest_[0] != wanted || rest_[1] != '=') return std::nullopt;
        const auto comma = rest_.find(',');
        const auto value = rest_.substr(2, comma == std::string_view::npos ? comma : comma - 2);
        rest_.remove_prefix(comma == std::string_view::npos ? rest_.size() : comma + 1);
        // A comma promises another attribute.
        ends_in_comma_ = comma != std::string_view::npos && rest_.empty();
        return value;
    }

    /// Extensions nobody knows are skipped, as RFC 5802 wants, up to the attribute `end`, if one is given; false if
    /// what is left is no list of attributes.
    bool skip_extensions(char end = '\0') noexcept {
        while (!at_end() && (end == '\0' || name() != end)) {
            const char c = name();
            const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            if (!letter || c == 'm') return false;
            const auto value = take(c);
            if (!value || value->empty()) return false;
        }
        return !ends_in_comma_;
    }

private:
    std::string_view rest_;
    bool ends_in_comma_ = false;
};

inline bool is_scram_printable(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

}  // namespace howdah::wire
