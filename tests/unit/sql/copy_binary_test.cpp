#include "howdah/sql/copy_binary.hpp"

#include <gtest/gtest.h>

#include "howdah/sql/copy_statement.hpp"
#include "howdah/types/types.hpp"

namespace howdah {
namespace {

using namespace std::string_view_literals;
using found = copy_binary::reader::found;

struct pair_of_values {
    std::int32_t n;
    std::optional<std::string> text;
};

const std::vector<column> columns{{.name = "n", .type = oids::int4, .type_name = "int4"},
                                  {.name = "t", .type = oids::text, .type_name = "text"}};

// What PostgreSQL 15 gives for: copy (values (1, 'a'), (2, null)) to stdout (format binary)
constexpr auto from_server = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0"
                             "\0\2\0\0\0\4\0\0\0\1\0\0\0\1a"
                             "\0\2\0\0\0\4\0\0\0\2\377\377\377\377"
                             "\377\377"sv;

bytes encoded() {
    bytes out;
    copy_binary::put_header(out);
    copy_binary::row_encoder<pair_of_values> encoder;
    EXPECT_FALSE(encoder.describe(columns));
    encoder.append({1, "a"}, out);
    encoder.append({2, std::nullopt}, out);
    copy_binary::put_trailer(out);
    return out;
}

TEST(copy_binary, rows_are_written_as_the_server_writes_them) { EXPECT_EQ(as_text(encoded()), from_server); }

TEST(copy_binary, rows_are_found_wherever_the_stream_is_cut) {
    const auto whole = as_bytes(from_server);
    for (std::size_t n = 0; n <= whole.size(); ++n) {
        copy_binary::reader r;
        bytes_view body;
        int rows = 0;
        for (const auto part : {whole.first(n), whole}) {
            auto what = r.next(part, body);
            for (; what == found::row; what = r.next(part, body)) ++rows;
            EXPECT_EQ(what, part.size() == whole.size() ? found::end : found::nothing) << n;
        }
        EXPECT_EQ(rows, 2) << n;
    }
}

TEST(copy_binary, another_signature_a_critical_flag_and_a_negative_length_are_garbage) {
    for (const std::size_t at : {std::size_t{0}, std::size_t{11}, std::size_t{21}}) {
        bytes data(as_bytes(from_server).begin(), as_bytes(from_server).end());
        data[at] = std::byte{0x80};
        copy_binary::reader r;
        bytes_view body;
        EXPECT_EQ(r.next(data, body), found::garbage) << at;
    }
}

TEST(copy_binary, what_follows_the_trailer_is_garbage) {
    const auto data = std::string{from_server} + "x";
    copy_binary::reader r;
    bytes_view body;
    EXPECT_EQ(r.next(as_bytes(data), body), found::row);
    EXPECT_EQ(r.next(as_bytes(data), body), found::row);
    EXPECT_EQ(r.next(as_bytes(data), body), found::garbage);
}

TEST(copy_binary, a_row_that_cannot_be_encoded_leaves_no_trace) {
    bytes out;
    copy_binary::row_encoder<pair_of_values> encoder;
    ASSERT_FALSE(encoder.describe(columns));
    EXPECT_THROW(encoder.append({1, std::string{"a\0b", 3}}, out), error);
    EXPECT_TRUE(out.empty());
}

TEST(copy_statement, names_are_quoted_and_the_query_is_closed_behind_its_comment) {
    const std::array names{"id"sv, "a\"b"sv};
    EXPECT_EQ(binary_copy_in(identifier{"my", "t"}, names).copy,
              R"(copy "my"."t" ("id", "a""b") from stdin (format binary))");
    EXPECT_EQ(binary_copy_in(identifier{"t"}, {}).columns, R"(select * from "t")");
    EXPECT_EQ(binary_copy_out("select 1 -- one").copy, "copy (select 1 -- one\n) to stdout (format binary)");
}

}  // namespace
}  // namespace howdah
