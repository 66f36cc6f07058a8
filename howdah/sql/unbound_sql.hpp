#pragma once

#include "howdah/sql/sql.hpp"

namespace howdah {

/// A statement without its arguments, of which it may take any number: what is prepared before it is run. A literal is
/// checked by the compiler, text made at run time when it is used.
class unbound_sql {
public:
    template <std::size_t N>
    consteval unbound_sql(const char (&literal)[N])  // NOLINT(google-explicit-constructor): a literal is a statement
        : text_{{literal, N - 1}, detail::hash({literal, N - 1}), detail::read_outline({literal, N - 1})} {
        detail::require_sound(text_.outline(), text_.outline().placeholders);
    }
    unbound_sql(const unsafe_sql& text)  // NOLINT(google-explicit-constructor): the spelled-out name is explicit enough
        : text_{text} {}

    const statement_text& text() const noexcept { return text_; }

private:
    statement_text text_;
};

}  // namespace howdah
