#pragma once
// The tables of docs/conformance/ways-in.md, which the tests fill.

#include <string>
#include <vector>

namespace howdah::ways {

/// A table in Markdown.
class table {
public:
    explicit table(std::vector<std::string> columns) : rows_{std::move(columns)} {}
    void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
    std::string markdown() const;

private:
    std::vector<std::vector<std::string>> rows_;
};

/// Expects that the document has this text between the marks of `section`. With HOWDAH_WRITE_DOCUMENTS set it is
/// written there instead: docs/generate does so.
void expect_documented(const std::string& section, const std::string& text);

}  // namespace howdah::ways
