#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "howdah/sim/fingerprint.hpp"
#include "howdah/sim/interaction.hpp"
#include "howdah/sim/manifest.hpp"

namespace howdah::sim {

/// A value_selector, ready for use.
class selector {
public:
    explicit selector(const value_selector& where)
        : where_{where}, text_{where.statement.empty() ? std::string{} : read_statement(where.statement).text} {}

    bool fits(const statement_key& statement) const noexcept {
        return (where_.fingerprint.empty() || where_.fingerprint == statement.fingerprint) &&
               (text_.empty() || text_ == statement.text);
    }
    /// `type`: its name; empty: not known.
    bool fits_parameter(const statement_key& statement, std::size_t position, std::string_view type) const noexcept {
        return where_.column.empty() && (where_.position == 0 || where_.position == position) &&
               (where_.type.empty() || where_.type == type) && fits(statement);
    }
    bool fits_column(const statement_key& statement, std::string_view name, std::string_view type) const noexcept {
        return where_.position == 0 && (where_.column.empty() || where_.column == name) &&
               (where_.type.empty() || where_.type == type) && fits(statement);
    }

private:
    value_selector where_;
    std::string text_;
};

}  // namespace howdah::sim
