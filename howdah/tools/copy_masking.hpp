#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "howdah/tools/copy_text.hpp"
#include "howdah/tools/masks.hpp"

namespace howdah::tools {

/// Rows of a COPY in its default text format, which come whole, become rows of another layout with what is masked in
/// them. "Text Format" and "CSV Format" in the manual's page of COPY.
class copy_masking {
public:
    copy_masking(const masks& show, std::vector<masking> how, const copy_layout& layout);

    /// The first line, with the columns' names; empty: none is wanted.
    std::string header(const std::vector<std::string>& names) const;
    /// A line in the text format, with its end.
    std::string row(std::string_view line) const;

private:
    std::string field(std::string_view value) const;

    const masks& show_;
    std::vector<masking> how_;
    bool csv_, with_header_;
    char delimiter_, quote_, escape_;
    std::string null_;
};

}  // namespace howdah::tools
