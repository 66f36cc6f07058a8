#include "howdah/wire/frontend_parsing.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "howdah/base/errc.hpp"
#include "howdah/base/writer.hpp"
#include "howdah/wire/frame.hpp"
#include "howdah/wire/frontend_codes.hpp"
#include "howdah/wire/startup.hpp"
#include "tests/unit/wire/code.hpp"

namespace howdah::wire {
namespace {

using namespace std::string_view_literals;

template <class M>
std::string body_of(const M& m) {
    bytes out;
    serialize(m, out);
    return std::string{as_text(out).substr(frame_header::size)};
}

template <class M>
std::string untagged_body_of(const M& m) {
    bytes out;
    serialize(m, out);
    return std::string{as_text(out).substr(frame_header::least_length)};
}

// The body parses; cut before each of its bytes, or with a byte behind it, it does not.
template <class M>
void only_whole(const std::string& body) {
    M whole{};
    EXPECT_FALSE(parse(as_bytes(body), whole));
    for (std::size_t n = 0; n < body.size(); ++n) {
        const std::string cut{body.substr(0, n)};  // on the heap, so that AddressSanitizer sees a read past it
        M out{};
        EXPECT_TRUE(parse(as_bytes(cut), out)) << "cut at " << n;
    }
    M out{};
    EXPECT_EQ(parse(as_bytes(body + "x"), out), errc::trailing_bytes);
}

template <class M>
M read(std::string_view body) {
    M out{};
    EXPECT_FALSE(parse(as_bytes(body), out));
    return out;
}

TEST(frontend_parsing, startup_packets_are_told_apart_by_their_first_number) {
    using kind = startup_packet::kind;
    const std::array pairs{std::pair{"user"sv, "app"sv}, std::pair{"options"sv, ""sv}};
    const auto begins = untagged_body_of(startup_message{.protocol_version = protocol_3_2, .parameters = pairs});
    only_whole<startup_packet>(begins);
    const auto startup_read = read<startup_packet>(begins);
    EXPECT_EQ(startup_read.what, kind::startup);
    EXPECT_EQ(startup_read.protocol_version, protocol_3_2);
    EXPECT_EQ(startup_read.parameters, (std::vector(pairs.begin(), pairs.end())));

    const auto asks = untagged_body_of(ssl_request{});
    only_whole<startup_packet>(asks);
    EXPECT_EQ(read<startup_packet>(asks).what, kind::ssl_request);

    bytes gss;
    put_u32(gss, gss_request_code);
    EXPECT_EQ(read<startup_packet>(as_text(gss)).what, kind::gss_request);
}

TEST(frontend_parsing, cancel_request_keeps_a_key_of_any_length) {
    const auto body = untagged_body_of(cancel_request{.process_id = 258, .cancel_key = as_bytes("a longer key")});
    const auto out = read<startup_packet>(body);
    EXPECT_EQ(out.what, startup_packet::kind::cancel_request);
    EXPECT_EQ(out.cancel.process_id, 258u);
    EXPECT_EQ(as_text(out.cancel.cancel_key), "a longer key");
}

TEST(frontend_parsing, answers_to_authentication_requests_are_read_as_they_are_written) {
    only_whole<password_message>(body_of(password_message{.password = "pw"}));
    EXPECT_EQ(read<password_message>("pw\0"sv).password, "pw");
    const auto first = body_of(sasl_initial_response{.mechanism = "SCRAM-SHA-256", .response = "n,,n=,r=x"});
    only_whole<sasl_initial_response>(first);
    EXPECT_EQ(read<sasl_initial_response>(first).response, "n,,n=,r=x");
    EXPECT_EQ(read<sasl_initial_response>("X\0\xff\xff\xff\xff"sv).response, "") << "-1 is no response";
    EXPECT_EQ(read<sasl_response>("c=biws"sv).response, "c=biws");
}

TEST(frontend_parsing, statements_and_their_ends_are_read_as_they_are_written) {
    only_whole<simple_query>(body_of(simple_query{.sql = "select 1"}));
    EXPECT_EQ(read<simple_query>("select 1\0"sv).sql, "select 1");
    for (const auto what : {target::statement, target::portal}) {
        const auto named = body_of(describe_message{.target = what, .name = "n"});
        only_whole<describe_message>(named);
        EXPECT_EQ(read<describe_message>(named).target, what);
        EXPECT_EQ(read<close_message>(named).name, "n");
    }
    EXPECT_EQ(code<close_message>("Xn\0"sv), errc::protocol_violation);
    const auto runs = body_of(execute_message{.portal = "p", .row_limit = 7});
    only_whole<execute_message>(runs);
    EXPECT_EQ(read<execute_message>(runs).row_limit, 7u);
    EXPECT_EQ(read<copy_fail>("why\0"sv).reason, "why");
}

TEST(frontend_parsing, parse_keeps_the_types_that_are_said) {
    const std::array types{oid{23}, oid{0}};
    const auto body = body_of(parse_message{.statement = "s", .sql = "select $1", .parameter_types = types});
    only_whole<received_parse>(body);
    const auto out = read<received_parse>(body);
    EXPECT_EQ(out.statement, "s");
    EXPECT_EQ(out.sql, "select $1");
    EXPECT_EQ(out.parameter_types, (std::vector{oid{23}, oid{0}}));
}

std::string bind_body(std::span<const format> formats, std::span<const format> results) {
    bytes out;
    const auto at = begin_bind({.portal = "p", .statement = "s", .parameter_formats = formats, .parameters = 2}, out);
    put_u32(out, 2);
    append(out, "xy"sv);
    put_i32(out, -1);
    EXPECT_FALSE(end_bind(at, results, out));
    return std::string{as_text(out).substr(frame_header::size)};
}

TEST(frontend_parsing, bind_keeps_values_nulls_and_formats) {
    const std::array formats{format::text, format::binary};
    const std::array results{format::binary};
    const auto body = bind_body(formats, results);
    only_whole<received_bind>(body);
    const auto out = read<received_bind>(body);
    EXPECT_EQ(out.portal, "p");
    EXPECT_EQ(out.statement, "s");
    ASSERT_EQ(out.values.size(), 2u);
    EXPECT_EQ(as_text(out.values[0].value()), "xy");
    EXPECT_FALSE(out.values[1]);
    EXPECT_EQ(format_of(out.parameter_formats, 1), format::binary);
    EXPECT_EQ(format_of(out.result_formats, 5), format::binary) << "one is for all";
    EXPECT_EQ(format_of({}, 5), format::text);
}

TEST(frontend_parsing, bind_with_a_count_of_formats_that_fits_nothing_is_refused) {
    const std::array three{format::text, format::text, format::text};
    EXPECT_EQ(code<received_bind>(bind_body(three, {})), errc::protocol_violation);
    const std::array unknown{format{2}};
    EXPECT_EQ(code<received_bind>(bind_body(unknown, {})), errc::protocol_violation);
    EXPECT_EQ(code<received_bind>("\0\0\0\0\0\1\xff\xff\xff\xfe\0\0"sv), errc::protocol_violation) << "a size of -2";
}

}  // namespace
}  // namespace howdah::wire
