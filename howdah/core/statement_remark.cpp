#include "howdah/core/statement_remark.hpp"

#include "howdah/sql/tokenizer.hpp"

namespace howdah::core {
namespace {

bool has_comment(std::string_view text) {
    for (detail::tokenizer pieces{text}; !pieces.at_end();)
        if (const auto piece = pieces.next(); piece.starts_with("--") || piece.starts_with("/*")) return true;
    return false;
}

}  // namespace

std::string remark_behind(std::string_view text, const statement_comment* says) {
    return says == nullptr || has_comment(text) ? std::string{} : says->text();
}

}  // namespace howdah::core
