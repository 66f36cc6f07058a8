#include "tests/ways/document.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace howdah::ways {
namespace {

std::string read(const std::string& path) {
    std::ifstream file{path, std::ios::binary};
    if (!file) throw std::runtime_error{"can't read " + path};
    return {std::istreambuf_iterator<char>{file}, {}};
}

void write(const std::string& path, const std::string& text) {
    std::ofstream file{path, std::ios::binary | std::ios::trunc};
    file << text;
    if (!file.flush()) throw std::runtime_error{"can't write " + path};
}

void add_row(std::string& out, const std::vector<std::string>& cells) {
    out += '|';
    for (const auto& cell : cells) out.append(" ").append(cell).append(" |");
    out += '\n';
}

}  // namespace

std::string table::markdown() const {
    std::string out;
    add_row(out, rows_.front());
    add_row(out, std::vector<std::string>(rows_.front().size(), "---"));
    for (std::size_t i = 1; i < rows_.size(); ++i) add_row(out, rows_[i]);
    return out;
}

void expect_documented(const std::string& section, const std::string& text) {
    const std::string path = HOWDAH_WAYS_DOCUMENT;
    const auto begin = "<!-- begin " + section + " -->\n", end = "<!-- end " + section + " -->\n";
    auto document = read(path);
    const auto start = document.find(begin), stop = document.find(end);
    ASSERT_TRUE(start != std::string::npos && stop != std::string::npos && start < stop)
        << path << " has no marks for the section " << section;
    const auto from = start + begin.size();
    if (std::getenv("HOWDAH_WRITE_DOCUMENTS") != nullptr) {
        write(path, document.replace(from, stop - from, text));
    } else {
        EXPECT_EQ(document.substr(from, stop - from), text) << "docs/generate writes the table anew, if this is right";
    }
}

}  // namespace howdah::ways
