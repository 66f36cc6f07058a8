#include "howdah/wire/frontend.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "howdah/base/errc.hpp"
#include "howdah/base/writer.hpp"

namespace howdah::wire {
namespace {

using namespace std::string_view_literals;

template <class M>
std::string sent(const M& m) {
    bytes out;
    serialize(m, out);
    return std::string{as_text(out)};
}

TEST(frontend, ssl_request_is_its_magic_number) { EXPECT_EQ(sent(ssl_request{}), "\0\0\0\x08\x04\xd2\x16\x2f"sv); }

TEST(frontend, cancel_request_carries_a_key_of_any_length) {
    EXPECT_EQ(sent(cancel_request{.process_id = 258, .cancel_key = as_bytes("key!")}),
              "\0\0\0\x10\x04\xd2\x16\x2e\0\0\1\2key!"sv);
    EXPECT_EQ(sent(cancel_request{.process_id = 1, .cancel_key = as_bytes(std::string(256, 'k'))}).size(), 268u);
}

TEST(frontend, startup_message_ends_its_pairs_with_a_nul) {
    const std::array pairs{std::pair{"user"sv, "app"sv}};
    EXPECT_EQ(sent(startup_message{.protocol_version = 0x30000, .parameters = pairs}),
              "\0\0\0\x12\0\3\0\0user\0app\0\0"sv);
}

TEST(frontend, answers_to_authentication_requests_have_the_tag_p) {
    EXPECT_EQ(sent(password_message{.password = "pw"}), "p\0\0\0\7pw\0"sv);
    EXPECT_EQ(sent(sasl_initial_response{.mechanism = "SCRAM", .response = "n,,"}), "p\0\0\0\x11SCRAM\0\0\0\0\3n,,"sv);
    EXPECT_EQ(sent(sasl_response{.response = "c=biws"}), "p\0\0\0\x0a"
                                                         "c=biws"sv);
}

TEST(frontend, query_and_parse_hold_their_text_and_its_nul) {
    EXPECT_EQ(sent(simple_query{.sql = "select 1"}), "Q\0\0\0\x0dselect 1\0"sv);
    EXPECT_EQ(sent(parse_message{.statement = "s", .sql = "q", .parameter_types = {}}), "P\0\0\0\x0as\0q\0\0\0"sv);
    const std::array types{oid{23}, oid{0}};
    EXPECT_EQ(sent(parse_message{.statement = {}, .sql = "q", .parameter_types = types}),
              "P\0\0\0\x11\0q\0\0\2\0\0\0\x17\0\0\0\0"sv);
}

TEST(frontend, bind_is_written_around_its_values) {
    bytes out;
    append(out, "before"sv);
    const std::array formats{format::binary};
    const std::array results{format::text, format::binary};
    const auto at = begin_bind({.portal = "p", .statement = "s", .parameter_formats = formats, .parameters = 1}, out);
    put_u32(out, 2);
    append(out, "xy"sv);
    ASSERT_FALSE(end_bind(at, results, out));
    EXPECT_EQ(as_text(out), "beforeB\0\0\0\x1ap\0s\0\0\1\0\1\0\1\0\0\0\2xy\0\2\0\0\0\1"sv);
}

TEST(frontend, bind_counts_65535_parameters_without_wrapping) {
    bytes out;
    (void)begin_bind({.portal = {}, .statement = {}, .parameter_formats = {}, .parameters = 65'535}, out);
    EXPECT_TRUE(as_text(out).ends_with("\0\0\0\0\xff\xff"sv));
}

TEST(frontend, describe_and_close_name_a_statement_or_a_portal) {
    EXPECT_EQ(sent(describe_message{.target = target::statement, .name = "s"}), "D\0\0\0\7Ss\0"sv);
    EXPECT_EQ(sent(describe_message{.target = target::portal, .name = {}}), "D\0\0\0\6P\0"sv);
    EXPECT_EQ(sent(close_message{.target = target::statement, .name = "s"}), "C\0\0\0\7Ss\0"sv);
    EXPECT_EQ(sent(close_message{.target = target::portal, .name = {}}), "C\0\0\0\6P\0"sv);
}

TEST(frontend, execute_asks_for_all_rows_or_so_many) {
    EXPECT_EQ(sent(execute_message{.portal = {}}), "E\0\0\0\x09\0\0\0\0\0"sv);
    EXPECT_EQ(sent(execute_message{.portal = "c", .row_limit = 100}), "E\0\0\0\x0a"
                                                                      "c\0\0\0\0\x64"sv);
}

TEST(frontend, messages_without_a_body_are_their_tag_and_length) {
    EXPECT_EQ(sent(sync_message{}), "S\0\0\0\4"sv);
    EXPECT_EQ(sent(flush_message{}), "H\0\0\0\4"sv);
    EXPECT_EQ(sent(copy_done{}), "c\0\0\0\4"sv);
    EXPECT_EQ(sent(terminate{}), "X\0\0\0\4"sv);
    EXPECT_EQ(sent(copy_fail{.reason = "no"}), "f\0\0\0\7no\0"sv);
}

}  // namespace
}  // namespace howdah::wire
