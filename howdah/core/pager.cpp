#include "howdah/core/pager.hpp"

#include "howdah/sql/row_error.hpp"

namespace howdah::core {

page_plan::page_plan(page_tokens tokens, std::uint32_t rows, std::vector<std::string> columns)
    : tokens_{std::move(tokens)}, rows_{rows}, columns_{std::move(columns)} {
    if (rows == 0) throw error{errc::invalid_option, "a page has at least one row"};
}

std::optional<error> page_plan::find(std::span<const column> columns, std::vector<std::size_t>& out) const {
    out.clear();
    for (const auto& name : columns_) {
        const auto found = find_column(columns, name);
        if (!found) return column_name_error(columns, name, "a page's key");
        out.push_back(*found);
    }
    return std::nullopt;
}

std::vector<std::optional<std::string>> page_plan::values(const statement_text& of, std::string_view token) const {
    if (token.empty()) return std::vector<std::optional<std::string>>(columns_.size());
    auto values = tokens_.read(of.hash(), token);
    if (!values || values->size() != columns_.size())
        throw error{errc::invalid_page_token,
                    "the page token was not made for this statement with this key, or was changed"};
    return {std::make_move_iterator(values->begin()), std::make_move_iterator(values->end())};
}

}  // namespace howdah::core
