#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "howdah/sql/tokenizer.hpp"

namespace howdah {

namespace detail {

// A consteval constructor that reaches one of these does not compile; the compiler's message shows the name.
inline void the_number_of_placeholders_differs_from_the_number_of_arguments() {}
inline void this_verb_takes_one_statement_use_run_script_for_several() {}
inline void the_sql_literal_has_an_unterminated_string_identifier_comment_or_dollar_quote() {}
inline void placeholders_are_dollar_1_to_dollar_65535() {}
inline void a_nul_character_ends_the_sql_literal_early() {}

// Only called by consteval constructors; constexpr itself, because Clang 16 sometimes emits those all the same.
constexpr void require_sound(const outline& o, std::size_t arguments) {
    switch (o.flaw) {
        case flaw::none: break;
        case flaw::unterminated_string:
        case flaw::unterminated_identifier:
        case flaw::unterminated_comment:
        case flaw::unterminated_dollar_quote:
            the_sql_literal_has_an_unterminated_string_identifier_comment_or_dollar_quote();
            break;
        case flaw::bad_placeholder: placeholders_are_dollar_1_to_dollar_65535(); break;
        case flaw::nul: a_nul_character_ends_the_sql_literal_early(); break;
    }
    if (o.several_statements) this_verb_takes_one_statement_use_run_script_for_several();
    if (o.placeholders != arguments) the_number_of_placeholders_differs_from_the_number_of_arguments();
}

}  // namespace detail

/// SQL made at run time. Whoever writes this answers for what is in the text: values belong into parameters.
class unsafe_sql {
public:
    explicit unsafe_sql(std::string text) : text_{std::make_shared<const std::string>(std::move(text))} {}
    const std::shared_ptr<const std::string>& text() const noexcept { return text_; }

private:
    std::shared_ptr<const std::string> text_;
};

/// A statement's text with what is known of it. Views a literal, or shares the text of an unsafe_sql.
class statement_text {
public:
    constexpr statement_text(std::string_view literal, std::uint64_t hash, detail::outline outline) noexcept
        : text_{literal}, hash_{hash}, outline_{outline} {}
    explicit statement_text(const unsafe_sql& s)
        : text_{*s.text()}, hash_{detail::hash(text_)}, outline_{detail::read_outline(text_)}, owner_{s.text()} {}

    constexpr std::string_view text() const noexcept { return text_; }
    constexpr std::uint64_t hash() const noexcept { return hash_; }
    constexpr statement_kind kind() const noexcept { return outline_.kind; }
    /// As far as the text tells; a function that it calls may write.
    constexpr bool reads() const noexcept { return outline_.reads; }
    constexpr const detail::outline& outline() const noexcept { return outline_; }
    /// It will hardly be run again, so no cache need keep it.
    statement_text run_once() && noexcept {
        once_ = true;
        return std::move(*this);
    }
    constexpr bool is_run_once() const noexcept { return once_; }

private:
    std::string_view text_;
    std::uint64_t hash_;
    detail::outline outline_;
    bool once_ = false;
    std::shared_ptr<const std::string> owner_;  // null for a literal
};

/// A statement for arguments of the types P. From a literal it is checked by the compiler: quotes and comments end,
/// it is one statement, and its highest $n is the number of arguments. Text made at run time needs unsafe_sql, and
/// is checked when it is run. A std::string does not convert.
template <class... P>
class sql {
public:
    template <std::size_t N>
    consteval sql(const char (&literal)[N])  // NOLINT(google-explicit-constructor): a literal is a statement
        : text_{{literal, N - 1}, detail::hash({literal, N - 1}), detail::read_outline({literal, N - 1})} {
        detail::require_sound(text_.outline(), sizeof...(P));
    }
    sql(const unsafe_sql& text)  // NOLINT(google-explicit-constructor): the spelled-out name is explicit enough
        : text_{text} {}

    const statement_text& text() const noexcept { return text_; }

private:
    statement_text text_;
};

}  // namespace howdah
