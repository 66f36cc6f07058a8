// `howdah top` on a server, on a status server, on metrics, and on a terminal.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <fstream>
#include <thread>

#include "howdah/blocking/blocking.hpp"
#include "howdah/config/conninfo.hpp"
#include "howdah/net/socket.hpp"
#include "howdah/ops/status_server.hpp"
#include "howdah/testing/descriptor.hpp"
#include "howdah/testing/folders.hpp"
#include "howdah/testing/polling.hpp"
#include "howdah/testing/process.hpp"
#include "howdah/testing/shared_server.hpp"
#include "howdah/types/types.hpp"

namespace howdah::test {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

std::string dsn() { return testing::shared_server().dsn_by(testing::route::best); }

testing::outcome top(std::vector<std::string> words, std::map<std::string, std::string> environment = {}) {
    words.insert(words.begin(), {HOWDAH_COMMAND, "top"});
    return testing::run({.arguments = std::move(words), .environment = std::move(environment)}, {}, 60s);
}

TEST(top_command, shows_sessions_who_blocks_them_and_no_literals) {
    blocking::connection holder{parse_conninfo(dsn() + "&application_name=top_holder")};
    blocking::connection waiter{parse_conninfo(dsn() + "&application_name=top_waiter")};
    const auto key = std::int64_t{::getpid()} * 100 + 2;
    auto tx = holder.begin();
    tx.execute("select pg_advisory_xact_lock($1)", key);
    std::jthread waits{[&] {
        waiter.execute(unsafe_sql{"select 'secret', pg_advisory_xact_lock_shared(" + std::to_string(key) + ")"});
    }};
    blocking::connection witness{parse_conninfo(dsn())};
    ASSERT_TRUE(testing::poll_until(testing::from_now(20s), [&] {
        return witness.fetch_one<bool>(
            "select count(*) = 1 from pg_stat_activity where wait_event_type = 'Lock' and pid = $1",
            static_cast<std::int32_t>(waiter.process_id()));
    }));
    const auto said = top({dsn(), "--interval", "50ms"});
    tx.rollback();
    EXPECT_EQ(said.exit_status, 0) << said.errors;
    EXPECT_THAT(said.output, AllOf(HasSubstr("PostgreSQL "), HasSubstr("a primary, up "), HasSubstr("sessions "),
                                   HasSubstr(" blocked"), HasSubstr("a second: "), HasSubstr("idle in transaction")));
    EXPECT_THAT(said.output,
                ContainsRegex(std::to_string(waiter.process_id()) + " +app +app +top_waiter +active +Lock:advisory +" +
                              std::to_string(holder.process_id()) + " .* select \\?, pg_advisory_xact_lock_shared"));
    EXPECT_THAT(said.output, AllOf(Not(HasSubstr("secret")), Not(HasSubstr("\x1b")))) << "no terminal";
}

TEST(top_command, shows_what_a_status_server_or_metrics_say) {
    const auto board = std::make_shared<dashboard>(nullptr, nullptr, dashboard_options{.application = "shop\x1b[2J"});
    blocking::connection db{parse_conninfo(dsn()), board};
    for (int i = 0; i < 3; ++i) db.execute("select 42");
    EXPECT_THROW(db.execute("select 1 / 0"), error);
    const std::string token = "0123456789abcdef";
    const status_server page{
        {.board = board,
         .metrics =
             [] {
                 return "# HELP x\nother_metric 1\nhowdah_failovers_total 7\ndb_client_connection_count 3\n"
                        "db_client_operation_duration_seconds_bucket{le=\"1\"} 9\n";
             }},
        {},
        secret_string{token}};
    const auto said = top({"--metrics", page.url()}, {{"HOWDAH_STATUS_TOKEN", token}});
    EXPECT_EQ(said.exit_status, 0) << said.errors;
    EXPECT_THAT(said.output,
                AllOf(HasSubstr("shop\\x1b[2J"), HasSubstr("4 calls, 1 failed"), HasSubstr(" calls a second, p50 "),
                      ContainsRegex("3 +0 +[^ ]+ [mu]s +[^ ]+ [mu]s +select \\?"), HasSubstr("division_by_zero")));
    const auto metrics = top({"--metrics", page.url() + "metrics"}, {{"HOWDAH_STATUS_TOKEN", token}});
    EXPECT_THAT(metrics.output,
                AllOf(ContainsRegex("howdah_failovers_total +7\n"), ContainsRegex("db_client_connection_count +3\n"),
                      Not(HasSubstr("other_metric")), Not(HasSubstr("bucket"))));
    const auto refused = top({"--metrics", page.url()});
    EXPECT_EQ(refused.exit_status, 1);
    EXPECT_THAT(refused.errors, HasSubstr("it answers 401"));

    const testing::server_folder folder;
    const auto file = (folder.path() / "token").string();
    std::ofstream{file} << token << '\n';
    EXPECT_EQ(top({"--metrics", page.url(), "--token-file", file}).exit_status, 0);
    EXPECT_EQ(top({"--metrics", page.url(), "--token-file", file + "x"}).exit_status, 2);
}

TEST(top_command, says_what_is_wrong_with_server_or_words) {
    EXPECT_EQ(top({}).exit_status, 2);
    EXPECT_EQ(top({dsn(), "--metrics", "http://localhost:1/"}).exit_status, 2);
    for (const auto* url :
         {"https://localhost/", "localhost:80", "http://", "http://:80/", "http://a:b/", "http://a:0/", "http://a/ b"})
        EXPECT_EQ(top({"--metrics", url}).exit_status, 2) << url;
    EXPECT_EQ(top({dsn(), "--interval", "1ms"}).exit_status, 2);
    EXPECT_EQ(top({"host=127.0.0.1 port=1"}).exit_status, 1);
    EXPECT_EQ(top({"--metrics", "http://127.0.0.1:1/"}).exit_status, 1);
    EXPECT_THAT(top({"--help"}).output, HasSubstr("Examples:"));
}

/// A terminal with `howdah top` in it.
class terminal {
public:
    explicit terminal(std::vector<std::string> words) {
        int master = -1, slave = -1;
        const winsize size{.ws_row = 10, .ws_col = 60, .ws_xpixel = 0, .ws_ypixel = 0};
        if (::openpty(&master, &slave, nullptr, nullptr, &size) != 0) throw std::runtime_error{"no terminal"};
        master_.reset(master);
        const net::unique_fd other{slave};
        words.insert(words.begin(), {HOWDAH_COMMAND, "top"});
        command_ = testing::process{{.arguments = std::move(words), .input = slave, .output = slave, .errors = slave}};
    }

    /// Waits until it has shown that, behind what it had shown before.
    bool shows(std::string_view text) {
        return testing::poll_until(testing::from_now(30s), [&] {
            read();
            const auto at = seen.find(text, looked_at_);
            if (at == std::string::npos) return false;
            looked_at_ = at + text.size();
            return true;
        });
    }
    void type(char key) { EXPECT_EQ(::write(master_.get(), &key, 1), 1); }
    void resize(unsigned short columns) {
        const winsize size{.ws_row = 10, .ws_col = columns, .ws_xpixel = 0, .ws_ypixel = 0};
        EXPECT_EQ(::ioctl(master_.get(), TIOCSWINSZ, &size), 0);
    }
    void interrupt() { command_.signal(SIGINT); }
    int wait() {
        EXPECT_TRUE(testing::poll_until(testing::from_now(30s), [&] {
            read();
            return !command_.running();
        }));
        read();
        return command_.exit_status();
    }

    std::string seen;

private:
    void read() {
        for (pollfd readable{.fd = master_.get(), .events = POLLIN, .revents = 0}; ::poll(&readable, 1, 0) > 0;) {
            std::array<char, 4'096> some;
            const auto got = ::read(master_.get(), some.data(), some.size());
            if (got <= 0) return;
            seen.append(some.data(), static_cast<std::size_t>(got));
        }
    }

    net::unique_fd master_;
    testing::process command_;
    std::size_t looked_at_ = 0;
};

TEST(top_command, on_a_terminal_goes_on_fits_its_size_and_leaves_it_as_it_was) {
    terminal t{{dsn(), "--interval", "1h"}};
    ASSERT_TRUE(t.shows("\x1b[?1049h")) << t.seen;
    ASSERT_TRUE(t.shows("sessions ")) << t.seen;
    t.resize(20);
    EXPECT_TRUE(t.shows("since the statistic…")) << t.seen;
    t.type('x');
    t.type('q');
    EXPECT_EQ(t.wait(), 0);
    EXPECT_TRUE(t.seen.ends_with("\x1b[?25h\x1b[?1049l")) << t.seen;
}

TEST(top_command, on_a_terminal_looks_again_and_ends_when_it_is_interrupted) {
    terminal t{{dsn(), "--interval", "50ms"}};
    ASSERT_TRUE(t.shows("a second: ")) << t.seen << "there are rates from the second look on";
    ASSERT_TRUE(t.shows("a second: "));
    t.interrupt();
    EXPECT_EQ(t.wait(), 0);
    EXPECT_TRUE(t.seen.ends_with("\x1b[?25h\x1b[?1049l")) << t.seen;
}

}  // namespace
}  // namespace howdah::test
