#include "howdah/core/cursor.hpp"

#include "howdah/sql/identifier.hpp"

namespace howdah::core {
namespace {

statement_text once(std::string text) { return statement_text{unsafe_sql{std::move(text)}}.run_once(); }

}  // namespace

statement_text declare_statement(std::string_view cursor, const statement_text& of, scrolling scroll, holding hold) {
    std::string text = "declare " + quoted_identifier(cursor);
    text += scroll == scrolling::yes ? " scroll cursor" : " no scroll cursor";
    if (hold == holding::until_closed) text += " with hold";
    return once((text += " for ") += of.text());
}

statement_text fetch_statement(std::string_view cursor, const cursor_step& where) {
    return once("fetch " + std::string{where.words()} + " from " + quoted_identifier(cursor));
}

statement_text move_statement(std::string_view cursor, const cursor_step& where) {
    return once("move " + std::string{where.words()} + " from " + quoted_identifier(cursor));
}

statement_text close_statement(std::string_view cursor) { return once("close " + quoted_identifier(cursor)); }

}  // namespace howdah::core
