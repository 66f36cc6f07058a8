#include "howdah/wire/backend.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "howdah/base/errc.hpp"
#include "tests/unit/wire/code.hpp"

namespace howdah::wire {
namespace {

using namespace std::string_view_literals;

// The body parses; cut before each of its bytes, or with a byte behind it, it does not.
template <class M>
M exactly(std::string_view body) {
    M whole{};
    EXPECT_FALSE(parse(as_bytes(body), whole));
    for (std::size_t n = 0; n < body.size(); ++n) {
        const std::string cut{body.substr(0, n)};  // on the heap, so that AddressSanitizer sees a read past it
        M out{};
        EXPECT_TRUE(parse(as_bytes(cut), out)) << "cut at " << n;
    }
    M out{};
    EXPECT_EQ(parse(as_bytes(std::string{body} + "x"), out), errc::trailing_bytes);
    return whole;
}

TEST(backend, authentication_keeps_what_follows_its_kind) {
    authentication out{};
    ASSERT_FALSE(parse(as_bytes("\0\0\0\5salt"sv), out));
    EXPECT_EQ(out.what, authentication::kind::md5_password);
    EXPECT_EQ(as_text(out.payload), "salt");
    EXPECT_EQ(code<authentication>("\0\0\0"sv), errc::truncated);
}

TEST(backend, sasl_mechanisms_end_with_an_empty_one) {
    std::vector<std::string_view> names;
    ASSERT_FALSE(parse(as_bytes("SCRAM-SHA-256\0X\0\0"sv), names));
    EXPECT_EQ(names, (std::vector<std::string_view>{"SCRAM-SHA-256", "X"}));
    EXPECT_EQ(code<std::vector<std::string_view>>("A\0"sv), errc::truncated);
    EXPECT_EQ(code<std::vector<std::string_view>>("A\0\0B"sv), errc::trailing_bytes);
}

TEST(backend, cancel_key_has_4_to_256_bytes) {
    backend_key_data out{};
    ASSERT_FALSE(parse(as_bytes("\0\0\1\2abcd"sv), out));
    EXPECT_EQ(out.process_id, 258u);
    EXPECT_EQ(as_text(out.cancel_key), "abcd");
    EXPECT_FALSE(code<backend_key_data>("\0\0\1\2" + std::string(256, 'k')));
    for (const std::size_t n : {std::size_t{0}, std::size_t{3}, std::size_t{257}})
        EXPECT_EQ(code<backend_key_data>(std::string{"\0\0\1\2"sv} + std::string(n, 'k')), errc::protocol_violation)
            << n;
}

TEST(backend, parameter_status_is_a_name_and_a_value) {
    const auto p = exactly<parameter_status>("TimeZone\0UTC\0"sv);
    EXPECT_EQ(p.name, "TimeZone");
    EXPECT_EQ(p.value, "UTC");
}

TEST(backend, ready_for_query_knows_three_states_and_no_fourth) {
    EXPECT_EQ(exactly<ready_for_query>("I").status, transaction_status::idle);
    EXPECT_EQ(exactly<ready_for_query>("T").status, transaction_status::in_transaction);
    EXPECT_EQ(exactly<ready_for_query>("E").status, transaction_status::failed);
    for (const auto body : {"i"sv, "\0"sv, ""sv}) EXPECT_EQ(code<ready_for_query>(body), errc::protocol_violation);
}

TEST(backend, protocol_negotiation_lists_as_many_options_as_it_counts) {
    const auto n = exactly<negotiate_protocol_version>("\0\3\0\0\0\0\0\2_pq_.a\0_pq_.b\0"sv);
    EXPECT_EQ(n.newest, 0x30000u);
    EXPECT_EQ(n.unknown_options, (std::vector<std::string_view>{"_pq_.a", "_pq_.b"}));
}

TEST(backend, two_billion_options_that_are_not_there_cost_nothing) {
    negotiate_protocol_version out{};
    EXPECT_EQ(parse(as_bytes("\0\3\0\0\x7f\xff\xff\xff"sv), out), errc::truncated);
    EXPECT_LE(out.unknown_options.size(), 1u);
}

TEST(backend, error_response_gives_every_field) {
    const auto m = exactly<server_message>(
        "SFEHLER\0VERROR\0C23505\0Mmessage\0Ddetail\0Hhint\0P12\0p3\0qquery\0Wwhere\0sschema\0ttable\0ccolumn\0dtype\0"
        "nconstraint\0Ffile.c\0L99\0Rroutine\0\0"sv);
    EXPECT_EQ(m.severity, "ERROR") << "the untranslated one";
    EXPECT_EQ(m.code.text(), "23505");
    EXPECT_EQ(m.message, "message");
    EXPECT_EQ(m.detail, "detail");
    EXPECT_EQ(m.hint, "hint");
    EXPECT_EQ(m.position, 12u);
    EXPECT_EQ(m.internal_position, 3u);
    EXPECT_EQ(m.internal_query, "query");
    EXPECT_EQ(m.where, "where");
    EXPECT_EQ(m.schema + m.table + m.column, "schematablecolumn");
    EXPECT_EQ(m.data_type, "type");
    EXPECT_EQ(m.constraint, "constraint");
    EXPECT_EQ(m.file + m.line + m.routine, "file.c99routine");
}

TEST(backend, severity_is_the_untranslated_one_in_either_order) {
    EXPECT_EQ(exactly<server_message>("VERROR\0SFEHLER\0\0"sv).severity, "ERROR");
    EXPECT_EQ(exactly<server_message>("SERROR\0\0"sv).severity, "ERROR");
}

TEST(backend, unknown_fields_and_wild_positions_of_an_error_are_skipped) {
    const auto m = exactly<server_message>("Zfuture\0Mtext\0P99999999999999\0pabc\0C4\0\0"sv);
    EXPECT_EQ(m.message, "text");
    EXPECT_EQ(m.internal_position, 0u);
}

TEST(backend, notification_names_its_sender_channel_and_payload) {
    const auto n = exactly<notification>("\0\0\1\2jobs\0done\0"sv);
    EXPECT_EQ(n.process_id, 258u);
    EXPECT_EQ(n.channel, "jobs");
    EXPECT_EQ(n.payload, "done");
}

TEST(backend, command_complete_s_rows_are_the_number_at_its_end) {
    const std::pair<std::string_view, std::uint64_t> tags[] = {
        {"INSERT 0 5\0"sv, 5}, {"SELECT 3\0"sv, 3}, {"UPDATE 18446744073709551615\0"sv, ~std::uint64_t{0}},
        {"BEGIN\0"sv, 0},      {"\0"sv, 0},         {"CREATE TABLE\0"sv, 0},
        {"SELECT \0"sv, 0},
    };
    for (const auto& [body, rows] : tags) EXPECT_EQ(exactly<command_complete>(body).rows(), rows) << body;
}

TEST(backend, parameter_description_gives_each_type) {
    EXPECT_EQ(exactly<parameter_description>("\0\2\0\0\0\x17\0\0\0\x19"sv).types, (std::vector{oid{23}, oid{25}}));
    EXPECT_TRUE(exactly<parameter_description>("\0\0"sv).types.empty());
}

TEST(backend, row_description_gives_each_field) {
    const auto d = exactly<row_description>("\0\2id\0\0\0\x40\1\0\2\0\0\0\x17\0\4\xff\xff\xff\xff\0\1"
                                            "name\0\0\0\0\0\0\0\0\0\0\x19\xff\xff\0\0\0\x0e\0\0"sv);
    ASSERT_EQ(d.fields.size(), 2u);
    EXPECT_EQ(d.fields[0].name, "id");
    EXPECT_EQ(d.fields[0].table, 0x4001u);
    EXPECT_EQ(d.fields[0].attribute, 2);
    EXPECT_EQ(d.fields[0].type, oid{23});
    EXPECT_EQ(d.fields[0].type_size, 4);
    EXPECT_EQ(d.fields[0].type_modifier, -1);
    EXPECT_EQ(d.fields[0].format, format::binary);
    EXPECT_EQ(d.fields[1].type_size, -1);
    EXPECT_EQ(d.fields[1].type_modifier, 14);
    EXPECT_EQ(d.fields[1].format, format::text);
}

TEST(backend, row_description_with_a_third_format_is_refused) {
    EXPECT_EQ(code<row_description>("\0\1a\0\0\0\0\0\0\0\0\0\0\x17\0\4\xff\xff\xff\xff\0\2"sv),
              errc::protocol_violation);
}

TEST(backend, copy_response_gives_the_columns_formats) {
    const auto r = exactly<copy_response>("\1\0\2\0\1\0\1"sv);
    EXPECT_EQ(r.format, format::binary);
    EXPECT_EQ(r.columns.size(), 2u);
    EXPECT_EQ(code<copy_response>("\2\0\0"sv), errc::protocol_violation);
}

}  // namespace
}  // namespace howdah::wire
