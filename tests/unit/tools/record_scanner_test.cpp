#include "howdah/tools/record_scanner.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace howdah::tools {
namespace {

using namespace std::string_literals;

constexpr record_rules csv{}, text_rules{.format = data_format::text}, binary{.format = data_format::binary};

/// The records, taken one at a time from data that comes in pieces of `size`.
std::vector<std::string> cut(const std::string& data, const record_rules& rules, std::size_t size) {
    const auto scanner = scanner_for(rules, scan_from::beginning);
    std::vector<std::string> out;
    std::string record;
    for (std::size_t at = 0; at < data.size();) {
        const auto before = scanner->records();
        const auto n = scanner->take(std::string_view{data}.substr(at, size), 1);
        record += data.substr(at, n);
        at += n;
        if (scanner->records() != before) out.push_back(std::exchange(record, {}));
        else if (n == 0) break;  // behind an end marker
    }
    scanner->finish();
    if (!record.empty()) out.push_back(record);
    return out;
}

void expect_records(const std::vector<std::string>& records, const record_rules& rules) {
    std::string all;
    for (const auto& r : records) all += r;
    for (const std::size_t size : {std::size_t{1}, std::size_t{2}, std::size_t{3}, all.size()})
        EXPECT_EQ(cut(all, rules, size), records) << "in pieces of " << size;
}

TEST(record_scanner, csv_ends_a_record_at_a_line_end_outside_of_quotes) {
    expect_records({"1,a\n", "2,\"two\nlines, \"\"quoted\"\"\n\"\n", "\n", "3,\"\"\n", "4,b"}, csv);
    expect_records({"1,a\r\n", "2,\"x\r\ny\"\r\n"}, csv);
}

TEST(record_scanner, csv_of_carriage_returns_has_records_too) { expect_records({"1,a\r", "2,\"b\rc\"\r", "3\r"}, csv); }

TEST(record_scanner, csv_knows_another_quote_and_another_escape) {
    expect_records({"1,'a\nb'\n", "2,\"\n"}, {.quote = '\'', .escape = '\''});
    expect_records({"1,\"a\\\"\nb\"\n", "2,\"c\\\\\"\n", "3\n"}, {.escape = '\\'});
}

TEST(record_scanner, text_does_not_end_a_record_behind_a_backslash) {
    expect_records({"1\ta\\\nb\n", "2\t\\\\\n", "3\t\"\n", "\\N\n"}, text_rules);
}

TEST(record_scanner, an_end_marker_ends_the_data) {
    EXPECT_EQ(cut("1\n\\.\n2\n", text_rules, 2), (std::vector{"1\n"s, "\\.\n"s}));
    EXPECT_EQ(cut("1\r\n\\.\r\n2\r\n", csv, 1), (std::vector{"1\r\n"s, "\\.\r\n"s}));
    expect_records({"\\.x\n", "a\\.\n", "\"\\.\"\n", "\"a\n\\.\n\"\n"}, csv);
    expect_records({"\\\\.\n", "\\.5\n"}, text_rules);
}

TEST(record_scanner, binary_has_a_header_rows_and_a_trailer) {
    const auto header = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0"s;
    const auto row = "\0\2\0\0\0\3a\nb\377\377\377\377"s, empty = "\0\0"s;
    expect_records({header, row, empty, row}, binary);
    expect_records({"PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\2xy"s, row}, binary);
    EXPECT_EQ(cut(header + row + "\377\377" + "more", binary, 4), (std::vector{header, row, "\377\377"s}));
}

TEST(record_scanner, lines_are_counted_as_the_server_counts_them) {
    const auto scanner = scanner_for(csv, scan_from::record);
    (void)scanner->take("1,\"a\nb\nc\"\n2,d\n3", 10);
    EXPECT_EQ(scanner->lines(), 4u);
    scanner->finish();
    EXPECT_EQ(scanner->records(), 3u);
}

}  // namespace
}  // namespace howdah::tools
