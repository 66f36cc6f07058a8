// The handshake's own part: the role of a server. Before PostgreSQL 14 a server does not say it, and is asked.
#include "howdah/core/handshake.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "tests/unit/core/line.hpp"

namespace howdah::core::script {
namespace {

using handshake_state = enum handshake::state;

std::string parameter(std::string_view name, std::string_view value) {
    return message('S', (std::string{name} + '\0').append(value) + '\0');
}

std::string welcome(std::string_view more = {}) {
    return message('R', {"\0\0\0\0", 4}) + parameter("server_version", "13.5") + parameter("client_encoding", "UTF8") +
           std::string{more} + ready();
}

std::string role(std::string_view in_recovery, std::string_view read_only) {
    return row_description({{"case", oids::text}, {"case", oids::text}}) + data_row({in_recovery, read_only}) +
           complete("SELECT 1") + ready();
}

struct login {
    explicit login(target_session_attrs wanted)
        : at{config, server, wire::tls_request::none, config.password, wanted, shared} {}

    /// Everything that waits to be sent.
    std::string send() {
        std::string out{as_text(at.output())};
        at.written(out.size());
        return out;
    }
    void hear(std::string_view text) {
        while (!text.empty()) {
            const auto room = at.input_space();
            const auto n = std::min(room.size(), text.size());
            std::ranges::copy(as_bytes(text.substr(0, n)), room.begin());
            at.commit(n);
            text.remove_prefix(n);
        }
    }
    std::error_code code() const {
        return at.state() == handshake_state::failed ? at.failure().code() : std::error_code{};
    }

    connection_config config = [] {
        connection_config c;
        c.username = "u";
        return c;
    }();
    endpoint server{.host = "db", .hostaddr = {}, .port = 5432};
    shared_secrets shared;
    handshake at;
};

struct judgement {
    target_session_attrs wanted;
    const char *in_recovery, *read_only;
    handshake_state outcome;
};

// It used to end in "did not say which role it has", whatever the server said.
TEST(handshake, an_older_server_is_asked_its_role_and_judged_by_its_answer) {
    using wish = target_session_attrs;
    for (const auto& [wanted, in_recovery, read_only, outcome] :
         {judgement{wish::read_write, "f", "f", handshake_state::ready},
          judgement{wish::read_write, "f", "t", handshake_state::failed},
          judgement{wish::read_only, "f", "t", handshake_state::ready},
          judgement{wish::read_only, "f", "f", handshake_state::failed},
          judgement{wish::primary, "f", "t", handshake_state::ready},
          judgement{wish::primary, "t", "t", handshake_state::failed},
          judgement{wish::standby, "t", "t", handshake_state::ready},
          judgement{wish::standby, "f", "f", handshake_state::failed}}) {
        login l{wanted};
        l.send();
        l.hear(welcome());
        EXPECT_EQ(l.at.state(), handshake_state::working);
        EXPECT_EQ(tags(l.send()), "Q");
        l.hear(role(in_recovery, read_only));
        EXPECT_EQ(l.at.state(), outcome) << static_cast<int>(wanted) << in_recovery << read_only;
        EXPECT_EQ(l.code() == errc::wrong_server_role, outcome == handshake_state::failed);
    }
}

TEST(handshake, a_server_that_reports_its_role_is_not_asked) {
    login l{target_session_attrs::standby};
    l.send();
    l.hear(welcome(parameter("in_hot_standby", "on") + parameter("default_transaction_read_only", "off")));
    EXPECT_EQ(l.at.state(), handshake_state::ready);
    EXPECT_TRUE(l.send().empty());
}

TEST(handshake, a_role_cut_at_any_byte_is_an_error_at_the_end_of_input) {
    const auto answer = role("f", "f");
    for (std::size_t cut = 0; cut < answer.size(); ++cut) {
        login l{target_session_attrs::primary};
        l.send();
        l.hear(welcome());
        l.hear(std::string_view{answer}.substr(0, cut));
        EXPECT_EQ(l.at.state(), handshake_state::working) << cut;
        l.at.input_ended();
        EXPECT_EQ(l.code(), errc::connection_closed) << cut;
    }
}

// Empty and missing values stand at the very end of the row: one byte further is not the row's.
TEST(handshake, a_role_that_is_no_answer_is_refused_without_reading_past_it) {
    using namespace std::string_view_literals;
    const auto hear = [](std::string_view row) {
        login l{target_session_attrs::primary};
        l.send();
        l.hear(welcome());
        l.hear(row);
        return l.code();
    };
    EXPECT_EQ(hear(message('D', "\0\2\0\0\0\1t"sv)), errc::protocol_violation);
    EXPECT_EQ(hear(message('D', "\0\1\0\0\0\1t"sv)), errc::protocol_violation);
    EXPECT_EQ(hear(complete("SELECT 0") + ready()), errc::protocol_violation);
    EXPECT_EQ(hear(message('D', "\0\2\0\0\0\0\xff\xff\xff\xff"sv) + ready()), std::error_code{});
}

TEST(handshake, a_server_s_error_about_its_role_is_told_in_its_words) {
    login l{target_session_attrs::primary};
    l.send();
    l.hear(welcome());
    l.hear(refusal("57P01", "FATAL"));
    ASSERT_EQ(l.at.state(), handshake_state::failed);
    EXPECT_EQ(l.at.failure().state().text(), "57P01");
}

}  // namespace
}  // namespace howdah::core::script
