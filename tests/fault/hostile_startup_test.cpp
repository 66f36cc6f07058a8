// Whoever answers the connect is no PostgreSQL server, or one that lies.
#include "backend_words.hpp"
#include "fault_driver.hpp"
#include "hostile_server.hpp"
#include "howdah/base/generated/sqlstates.hpp"

namespace howdah::test {
namespace {

template <class D>
class hostile_startup : public ::testing::Test {
protected:
    D driver;

    /// Connecting to `server` fails, in time, and shows and sends no password.
    error failure(const hostile_server& server, const std::string& options = "sslmode=disable") {
        std::optional<error> e;
        in_time([&] { e = error_of([&] { (void)driver.connect(hostile_dsn(server.port(), options)); }); });
        if (!e) throw std::runtime_error{"it connected"};
        EXPECT_EQ(e->fate(), fate::not_sent);
        EXPECT_EQ(std::string{e->what()}.find(hostile_password), std::string::npos) << e->what();
        EXPECT_EQ(server.received().find(hostile_password), std::string::npos);
        return *e;
    }
    error failure(hostile_server::script script, const std::string& options = "sslmode=disable") {
        const hostile_server server{std::move(script)};
        return failure(server, options);
    }
    error failure_after_startup_message(const std::string& words) {
        return failure([=](conversation& c) {
            c.hear_startup();
            c.say(words);
            c.hear_end();
        });
    }
    static bool says(const error& e, std::string_view words) {
        return std::string_view{e.what()}.find(words) != std::string_view::npos;
    }
};
TYPED_TEST_SUITE(hostile_startup, both_drivers);

constexpr std::string_view http = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
constexpr std::string_view ssh = "SSH-2.0-OpenSSH_9.2p1\r\n";

TYPED_TEST(hostile_startup, a_web_server_is_named) {
    for (const auto* options : {"sslmode=disable", "sslmode=prefer", "sslmode=require"}) {
        const auto e = this->failure([](conversation& c) { c.hear(4), c.say(http), c.hear_end(); }, options);
        EXPECT_EQ(e.code(), errc::not_postgresql) << options << e.what();
        EXPECT_TRUE(this->says(e, "HTTP")) << e.what();
    }
}

TYPED_TEST(hostile_startup, an_ssh_server_that_speaks_first_is_named) {
    for (const auto* options : {"sslmode=disable", "sslmode=require"}) {
        const auto e = this->failure([](conversation& c) { c.say(ssh), c.hear_end(); }, options);
        EXPECT_EQ(e.code(), errc::not_postgresql) << options << e.what();
        EXPECT_TRUE(this->says(e, "SSH")) << e.what();
    }
}

TYPED_TEST(hostile_startup, one_that_closes_at_once_is_an_error) {
    for (const auto* options : {"sslmode=disable", "sslmode=prefer", "sslmode=require"})
        (void)this->failure([](conversation&) {}, options);
}

TYPED_TEST(hostile_startup, one_that_closes_in_the_tls_handshake_is_an_error) {
    for (const std::size_t heard : {0u, 100u}) {
        const auto e =
            this->failure([=](conversation& c) { c.hear_startup(), c.say("S"), c.hear(heard); }, "sslmode=require");
        EXPECT_EQ(e.phase(), phase::tls) << e.what();
    }
}

TYPED_TEST(hostile_startup, one_that_closes_in_the_middle_is_an_error) {
    const auto all = backend::welcome();
    for (std::size_t said = 0; said < all.size(); ++said) {
        const auto e = this->failure([&](conversation& c) {
            c.hear_startup();
            c.say(all.substr(0, said));
        });
        EXPECT_EQ(e.code(), errc::connection_closed) << said << ": " << e.what();
    }
}

TYPED_TEST(hostile_startup, one_that_never_answers_times_out_in_a_named_phase) {
    const hostile_server server{[](conversation& c) { c.hear_end(); }};
    const auto login = this->failure(server, "sslmode=disable&connect_timeout=1");
    EXPECT_EQ(login.code(), errc::timed_out) << login.what();
    EXPECT_EQ(login.phase(), phase::authenticate);
    EXPECT_TRUE(this->says(login, "authenticate")) << login.what();
    const auto tls = this->failure(server, "sslmode=require&connect_timeout=1");
    EXPECT_EQ(tls.code(), errc::timed_out) << tls.what();
    EXPECT_EQ(tls.phase(), phase::tls);
    EXPECT_TRUE(this->says(tls, "tls")) << tls.what();
}

TYPED_TEST(hostile_startup, frames_of_impossible_lengths_are_refused_at_once) {
    for (const auto length : {0u, 3u, 0x7fffffffu, 0x80000000u, 0xffffffffu}) {
        (void)this->failure_after_startup_message(backend::header('R', length));
        const auto e = this->failure_after_startup_message(backend::authentication(0) + backend::header('S', length));
        EXPECT_EQ(e.code(), errc::message_too_large) << length << ": " << e.what();
    }
}

TYPED_TEST(hostile_startup, messages_out_of_order_are_refused) {
    const auto ok = backend::authentication(0);
    for (const auto& words :
         {backend::ready(), ok + ok, ok + backend::data_row({"1"}), ok + backend::scram_offer(),
          ok + backend::command_complete("SELECT 1"), backend::parameter_status("server_version", "15"),
          backend::authentication(12, "v=abc"), backend::authentication(11, "r=abc,s=abc,i=4096")}) {
        const auto e = this->failure_after_startup_message(words);
        EXPECT_TRUE(e.code() == errc::protocol_violation || e.code() == errc::not_postgresql) << e.what();
    }
}

// TLS.

TYPED_TEST(hostile_startup, bytes_behind_the_answer_to_ssl_request_are_refused) {
    for (const char* options : {"sslmode=prefer", "sslmode=require"}) {
        const auto e = this->failure(
            [](conversation& c) { c.hear_startup(), c.say("S" + backend::welcome()), c.hear_end(); }, options);
        EXPECT_EQ(e.code(), errc::protocol_violation) << e.what();
        EXPECT_FALSE(e.authenticated());
    }
}

TYPED_TEST(hostile_startup, an_error_in_place_of_tls_is_not_shown) {
    const auto e = this->failure(
        [](conversation& c) {
            c.hear_startup();
            c.say(backend::error("FATAL", "28000", "call 555-0100 for your password"));
            c.hear_end();
        },
        "sslmode=require");
    EXPECT_EQ(e.code(), errc::tls_refused) << e.what();
    EXPECT_FALSE(this->says(e, "555-0100")) << e.what();
    EXPECT_FALSE(e.authenticated());
}

TYPED_TEST(hostile_startup, garbage_in_place_of_a_tls_handshake_is_an_error) {
    const auto e = this->failure(
        [](conversation& c) { c.hear_startup(), c.say("S"), c.hear(5), c.say(http), c.hear_end(); }, "sslmode=require");
    EXPECT_EQ(e.code(), errc::tls_failed) << e.what();
    EXPECT_EQ(e.phase(), phase::tls);
}

// Passwords.

TYPED_TEST(hostile_startup, the_password_is_not_sent_in_clear_without_tls) {
    const auto e = this->failure_after_startup_message(backend::authentication(3));
    EXPECT_EQ(e.code(), errc::authentication_refused) << e.what();
}

/// The nonce in the client's first SCRAM message.
std::string nonce_in(const std::string& sasl_initial_response) {
    return sasl_initial_response.substr(sasl_initial_response.find(",r=") + 3);
}

// Says the challenge that `make` makes of the client's nonce, then `last`.
template <class Make>
hostile_server::script scram(Make make, std::string last, bool waits_for_proof = true) {
    return [=](conversation& c) {
        c.hear_startup();
        c.say(backend::scram_offer());
        c.say(make(nonce_in(c.hear_message().body)));
        if (waits_for_proof) c.hear_message();
        c.say(last);
        c.hear_end();
    };
}
std::string challenge(const std::string& nonce, const std::string& iterations = "4096") {
    return backend::authentication(11, "r=" + nonce + "hostile,s=QSXCR+Q6sek8bf92,i=" + iterations);
}

TYPED_TEST(hostile_startup, a_server_that_stops_in_the_middle_of_scram_and_lets_us_in_is_not_trusted) {
    const auto let_in = [](const std::string&) { return backend::welcome(); };
    const auto e = this->failure(scram(let_in, "", false));
    EXPECT_EQ(e.code(), errc::server_not_authentic) << e.what();
}

TYPED_TEST(hostile_startup, a_server_that_skips_its_signature_is_not_trusted) {
    const auto e = this->failure(scram([](const std::string& nonce) { return challenge(nonce); }, backend::welcome()));
    EXPECT_EQ(e.code(), errc::server_not_authentic) << e.what();
}

TYPED_TEST(hostile_startup, a_server_with_a_wrong_signature_is_not_trusted) {
    const auto wrong = backend::authentication(12, "v=" + std::string(43, 'A') + "=") + backend::welcome();
    const auto e = this->failure(scram([](const std::string& nonce) { return challenge(nonce); }, wrong));
    EXPECT_EQ(e.code(), errc::server_not_authentic) << e.what();
}

TYPED_TEST(hostile_startup, a_server_that_adds_nothing_to_the_nonce_gets_no_proof) {
    const hostile_server server{scram(
        [](const std::string& nonce) {
            return backend::authentication(11, "r=" + nonce + ",s=QSXCR+Q6sek8bf92,i=4096");
        },
        "")};
    const auto e = this->failure(server);
    EXPECT_EQ(e.code(), errc::server_not_authentic) << e.what();
    EXPECT_EQ(server.received().find(",p="), std::string::npos);
}

TYPED_TEST(hostile_startup, a_billion_iterations_are_refused) {
    const hostile_server server{scram([](const std::string& nonce) { return challenge(nonce, "1000000000"); }, "")};
    const auto e = this->failure(server);
    EXPECT_EQ(e.code(), errc::authentication_refused) << e.what();
    EXPECT_EQ(server.received().find(",p="), std::string::npos);
}

TYPED_TEST(hostile_startup, a_server_before_version_12_is_refused) {
    const auto e = this->failure_after_startup_message(backend::authentication(0) +
                                                       backend::parameter_status("server_version", "11.22"));
    EXPECT_EQ(e.code(), errc::server_too_old) << e.what();
}

}  // namespace
}  // namespace howdah::test
