#pragma once

#include "howdah/sql/sql.hpp"

namespace howdah {

/// Several statements for run_script, as a literal or an unsafe_sql. No parameters.
class script {
public:
    template <std::size_t N>
    consteval script(const char (&literal)[N])  // NOLINT(google-explicit-constructor): a literal is a script
        : text_{{literal, N - 1}, 0, detail::read_outline({literal, N - 1})} {
        auto outline = text_.outline();
        outline.several_statements = false;
        detail::require_sound(outline, 0);
    }
    script(const unsafe_sql& text)  // NOLINT(google-explicit-constructor): the spelled-out name is explicit enough
        : text_{text} {}

    const statement_text& text() const noexcept { return text_; }

private:
    statement_text text_;
};

}  // namespace howdah
