#include "howdah/base/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <type_traits>

#include "howdah/base/generated/sqlstates.hpp"

namespace howdah {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

static_assert(std::is_nothrow_copy_constructible_v<error>, "an exception's copy must not throw");

server_message duplicate_key() {
    server_message m;
    m.severity = "ERROR";
    m.code = unique_violation;
    m.message = "duplicate key value violates unique constraint \"users_email_key\"";
    m.detail = "Key (email)=(ada@example.org) already exists.";
    m.schema = "public";
    m.table = "users";
    m.constraint = "users_email_key";
    return m;
}

TEST(error, what_is_the_context_it_was_given) {
    const error e{errc::tls_refused, "db:5432 offers no TLS; use sslmode=disable on a network that you trust"};
    EXPECT_STREQ(e.what(), "db:5432 offers no TLS; use sslmode=disable on a network that you trust");
    EXPECT_EQ(e.code(), errc::tls_refused);
}

TEST(error, without_a_context_what_is_the_code_s_message) {
    EXPECT_EQ((error{errc::timed_out, ""}.what()), howdah_category().message(static_cast<int>(errc::timed_out)));
}

TEST(error, of_our_own_has_nothing_of_a_server) {
    const error e{errc::no_rows, ""};
    EXPECT_EQ(e.server(), nullptr);
    EXPECT_TRUE(e.state().empty());
}

TEST(error, of_our_own_was_not_sent_unless_said_otherwise) {
    EXPECT_EQ((error{errc::invalid_option, ""}.fate()), fate::not_sent);
    EXPECT_EQ((error{errc::connection_closed, "", fate::unknown}.fate()), fate::unknown);
}

TEST(error, of_the_server_keeps_every_field_and_was_rejected) {
    const error e{duplicate_key()};
    ASSERT_NE(e.server(), nullptr);
    EXPECT_EQ(e.server()->detail, duplicate_key().detail);
    EXPECT_EQ(e.state(), unique_violation);
    EXPECT_EQ(e.code(), unique_violation);
    EXPECT_EQ(e.fate(), fate::rejected);
}

TEST(error, what_of_the_server_s_says_severity_state_name_message_and_where) {
    const std::string what = error{duplicate_key()}.what();
    EXPECT_THAT(what, HasSubstr("ERROR 23505 (unique_violation): duplicate key value"));
    EXPECT_THAT(what, HasSubstr("constraint users_email_key"));
    EXPECT_THAT(what, HasSubstr("table public.users"));
}

TEST(error, what_shows_no_detail_for_it_holds_a_row_s_values) {
    EXPECT_THAT((error{duplicate_key()}.what()), Not(HasSubstr("ada@example.org")));
}

TEST(error, what_shows_no_value_that_the_server_quotes) {
    server_message m;
    m.severity = "ERROR";
    m.code = invalid_text_representation;
    m.message = "invalid input syntax for type integer: \"4111 1111 1111 1111\"";
    const error e{m};
    EXPECT_THAT(e.what(), Not(HasSubstr("4111")));
    EXPECT_THAT(e.what(), HasSubstr("invalid input syntax for type integer"));
    EXPECT_THAT(e.server()->message, HasSubstr("4111"));
}

TEST(error, what_shows_hint_and_position_of_a_syntax_error) {
    server_message m;
    m.severity = "ERROR";
    m.code = undefined_function;
    m.message = "function foo(integer) does not exist";
    m.hint = "You might need to add explicit type casts.";
    m.position = 8;
    const std::string what = error{m}.what();
    EXPECT_THAT(what, HasSubstr("at character 8"));
    EXPECT_THAT(what, HasSubstr("explicit type casts"));
}

TEST(error, a_state_without_a_name_is_shown_by_its_text_alone) {
    server_message m;
    m.severity = "ERROR";
    m.code = sqlstate{"ZZ123"};
    m.message = "raised";
    EXPECT_STREQ((error{m}.what()), "ERROR ZZ123: raised");
}

TEST(error, a_copy_that_is_changed_leaves_the_first_as_it_was) {
    const error first{errc::timed_out, "waiting", fate::not_sent};
    error second = first;
    second.with_fate(fate::unknown).at(phase::connect).from_host("db:5432").prefixed("connecting: ");
    EXPECT_EQ(first.fate(), fate::not_sent);
    EXPECT_EQ(first.phase(), phase::query);
    EXPECT_EQ(first.host(), "");
    EXPECT_STREQ(first.what(), "waiting");
    EXPECT_EQ(second.fate(), fate::unknown);
    EXPECT_EQ(second.phase(), phase::connect);
    EXPECT_EQ(second.host(), "db:5432");
    EXPECT_STREQ(second.what(), "connecting: waiting");
}

TEST(error, a_lost_commit_carries_its_transaction) {
    const auto e = error{errc::connection_closed, "", fate::commit_unknown}.with_transaction_id(0x1'0000'0007);
    EXPECT_EQ(e.transaction_id(), 0x1'0000'0007U);
    EXPECT_EQ((error{errc::connection_closed, ""}.transaction_id()), std::nullopt);
}

TEST(error, the_time_of_each_phase_is_kept) {
    phase_times times{};
    times[static_cast<std::size_t>(phase::resolve)] = 1500us;
    times[static_cast<std::size_t>(phase::cancel)] = 2s;
    const auto e = error{errc::timed_out, ""}.with_times(times);
    EXPECT_EQ(e.times(), times);
}

TEST(error, is_authentic_until_it_is_said_not_to_be) {
    error e{duplicate_key()};
    EXPECT_TRUE(e.authenticated());
    EXPECT_FALSE(e.unauthenticated().authenticated());
}

TEST(error, caught_as_a_standard_exception_still_says_what_it_is) {
    try {
        throw error{errc::host_not_found, "no host db.invalid"};
    } catch (const std::exception& e) {
        EXPECT_STREQ(e.what(), "no host db.invalid");
    }
}

TEST(fate, each_has_its_words) {
    EXPECT_EQ(to_string(fate::not_sent), "not sent");
    EXPECT_EQ(to_string(fate::rejected), "rejected");
    EXPECT_EQ(to_string(fate::executed), "executed");
    EXPECT_EQ(to_string(fate::unknown), "unknown");
    EXPECT_EQ(to_string(fate::commit_unknown), "commit unknown");
}

TEST(phase, each_has_its_word) {
    EXPECT_EQ(to_string(phase::queue), "queue");
    EXPECT_EQ(to_string(phase::resolve), "resolve");
    EXPECT_EQ(to_string(phase::connect), "connect");
    EXPECT_EQ(to_string(phase::tls), "tls");
    EXPECT_EQ(to_string(phase::authenticate), "authenticate");
    EXPECT_EQ(to_string(phase::query), "query");
    EXPECT_EQ(to_string(phase::cancel), "cancel");
    EXPECT_EQ(phase_count, static_cast<std::size_t>(phase::cancel) + 1);
}

}  // namespace
}  // namespace howdah
