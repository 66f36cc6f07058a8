#include "howdah/sql/copy_binary.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

#include "howdah/sql/copy_statement.hpp"
#include "howdah/types/types.hpp"

namespace howdah {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;
using found = copy_binary::reader::found;

struct pair_of_values {
    std::int32_t n;
    std::optional<std::string> text;
};

const std::vector<column> two_columns{{.name = "n", .type = oids::int4, .type_name = "int4"},
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
    EXPECT_FALSE(encoder.describe(two_columns));
    row_buffer rows;
    encoder.append({1, "a"}, rows);
    encoder.append({2, std::nullopt}, rows);
    append(out, rows.written());
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

/// A CopyData frame.
bytes frame_of(bytes_view content) {
    bytes out;
    put_u8(out, 'd');
    put_u32(out, static_cast<std::uint32_t>(content.size() + 4));
    append(out, content);
    return out;
}

TEST(copy_binary, rows_are_found_wherever_their_frames_are_cut) {
    const auto whole = as_bytes(from_server);
    const std::vector<std::int32_t> all{1, 2};
    for (std::size_t a = 0; a <= whole.size(); ++a) {
        for (std::size_t b = a; b <= whole.size(); ++b) {
            copy_binary::frame_reader frames;
            copy_binary::row_reader<pair_of_values> rows;
            ASSERT_FALSE(rows.describe(std::make_shared<const std::vector<column>>(two_columns)));
            std::vector<std::int32_t> found_rows;
            for (const auto part : {whole.first(a), whole.subspan(a, b - a), whole.subspan(b)}) {
                const auto frame = frame_of(part);
                bytes_view rest{frame}, body;
                for (auto what = frames.next(rest, body); what != found::nothing && what != found::end;
                     what = frames.next(rest, body)) {
                    ASSERT_EQ(what, found::row) << a << ' ' << b;
                    pair_of_values row{};
                    if (rows.decode(body, row)) found_rows.push_back(row.n);
                    else ASSERT_TRUE(frames.rejoin(body)) << a << ' ' << b;
                }
            }
            ASSERT_EQ(found_rows, all) << a << ' ' << b;
        }
    }
}

TEST(copy_binary, a_frame_that_is_no_row_of_the_columns_is_not_waited_for) {
    const auto header = as_bytes(from_server).first(19);
    copy_binary::frame_reader frames;
    copy_binary::row_reader<pair_of_values> rows;
    ASSERT_FALSE(rows.describe(std::make_shared<const std::vector<column>>(two_columns)));
    auto sent = frame_of(header);
    append(sent, bytes_view{frame_of(as_bytes("\0\1\0\0\0\4\0\0\0\1"sv))});
    bytes_view rest{sent}, body;
    pair_of_values row{};
    ASSERT_EQ(frames.next(rest, body), found::row);
    ASSERT_FALSE(rows.decode(body, row));
    ASSERT_TRUE(frames.rejoin(body));
    ASSERT_EQ(frames.next(rest, body), found::row) << "one column, and whole";
    EXPECT_FALSE(rows.decode(body, row));
    EXPECT_FALSE(frames.rejoin(body));
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
    row_buffer rows;
    copy_binary::row_encoder<pair_of_values> encoder;
    ASSERT_FALSE(encoder.describe(two_columns));
    encoder.append({1, "a"}, rows);
    const auto before = rows.size();
    EXPECT_THROW(encoder.append({1, std::string{"a\0b", 3}}, rows), error);
    EXPECT_EQ(rows.size(), before);
}

/// A row of one text column: its count, its length and itself.
bytes text_row(std::string_view text) {
    bytes out;
    put_u16(out, 1);
    put_u32(out, static_cast<std::uint32_t>(text.size()));
    append(out, text);
    return out;
}

TEST(copy_binary, texts_of_every_length_are_written_and_a_nul_is_found_at_every_place) {
    const std::vector<column> text{{.name = "t", .type = oids::text, .type_name = "text"}};
    copy_binary::row_encoder<std::string> encoder;
    ASSERT_FALSE(encoder.describe(text));
    for (std::size_t size = 0; size <= 70; ++size) {
        row_buffer rows;
        std::string value(size, '\x80');
        for (std::size_t i = 0; i < size; ++i) value[i] = static_cast<char>(1 + i * 5 % 255);
        encoder.append(value, rows);
        EXPECT_EQ(as_text(rows.written()), as_text(text_row(value)));
        for (std::size_t at = 0; at < size; ++at) {
            auto broken = value;
            broken[at] = '\0';
            EXPECT_THROW(encoder.append(broken, rows), error) << size << ' ' << at;
        }
    }
}

TEST(copy_binary, rows_beyond_the_buffers_room_are_kept_whole) {
    const std::vector<column> text{{.name = "t", .type = oids::text, .type_name = "text"}};
    copy_binary::row_encoder<std::string> encoder;
    ASSERT_FALSE(encoder.describe(text));
    row_buffer rows;
    bytes expected;
    for (std::size_t size = 1; size < 2'000'000; size = size * 3 + 7) {
        const std::string value(size, static_cast<char>('a' + size % 26));
        encoder.append(value, rows);
        append(expected, bytes_view{text_row(value)});
    }
    EXPECT_TRUE(std::ranges::equal(rows.written(), expected));
    rows.clear();
    EXPECT_EQ(rows.size(), 0u);
    encoder.append("again", rows);
    EXPECT_EQ(as_text(rows.written()), as_text(text_row("again")));
}

struct note {
    std::int32_t n;
    std::optional<std::string> text;
    std::chrono::sys_days day;  // through its codec
};

TEST(copy_binary, a_row_that_goes_partly_in_place_leaves_no_trace_when_it_fails) {
    const std::vector<column> of{{.name = "n", .type = oids::int4, .type_name = "int4"},
                                 {.name = "t", .type = oids::text, .type_name = "text"},
                                 {.name = "d", .type = oids::date, .type_name = "date"}};
    copy_binary::row_encoder<note> encoder;
    ASSERT_FALSE(encoder.describe(of));
    row_buffer rows;
    using namespace std::chrono_literals;
    const std::chrono::sys_days second{2000y / 1 / 2};
    encoder.append({1, "a", second}, rows);
    encoder.append({1, std::string(100, 'x'), second}, rows);
    const auto written = as_text(rows.written());
    EXPECT_EQ(written.substr(0, 25), "\0\3\0\0\0\4\0\0\0\1\0\0\0\1a\0\0\0\4\0\0\0\1\0\3"sv);
    const auto before = rows.size();
    EXPECT_THROW(encoder.append({2, "b", std::chrono::sys_days{std::chrono::days{0x7fff'ffff}}}, rows), error);
    EXPECT_THROW(encoder.append({2, "\0"s, second}, rows), error);
    EXPECT_EQ(rows.size(), before);
}

struct numbers {
    std::int16_t small;
    std::int64_t wide;
    double real;
    float single;
    bool flag;
    std::optional<std::int64_t> narrowed;
};

// From PostgreSQL's: copy (select -2::int2, 1::int8 << 40, -1.5::float8, 0.25::float4, true, 7::int4) to stdout (format binary)
TEST(copy_binary, numbers_are_written_in_place_and_through_their_codecs_alike) {
    const std::vector<column> of{{.name = "a", .type = oids::int2, .type_name = "int2"},
                                 {.name = "b", .type = oids::int8, .type_name = "int8"},
                                 {.name = "c", .type = oids::float8, .type_name = "float8"},
                                 {.name = "d", .type = oids::float4, .type_name = "float4"},
                                 {.name = "e", .type = oids::bool_, .type_name = "bool"},
                                 {.name = "f", .type = oids::int4, .type_name = "int4"}};
    copy_binary::row_encoder<numbers> encoder;
    ASSERT_FALSE(encoder.describe(of));
    row_buffer rows;
    encoder.append({-2, std::int64_t{1} << 40, -1.5, 0.25F, true, 7}, rows);
    EXPECT_EQ(as_text(rows.written()), "\0\6\0\0\0\2\377\376\0\0\0\10\0\0\1\0\0\0\0\0\0\0\0\10\277\370\0\0\0\0\0\0"
                                       "\0\0\0\4\076\200\0\0\0\0\0\1\1\0\0\0\4\0\0\0\7"sv);
    const auto before = rows.size();
    EXPECT_THROW(encoder.append({0, 0, 0, 0, false, std::int64_t{1} << 40}, rows), error) << "more than an int4 holds";
    EXPECT_EQ(rows.size(), before);
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
