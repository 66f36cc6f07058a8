#include "howdah/net/resolve.hpp"

#include <gtest/gtest.h>
#include <netdb.h>
#include <netinet/in.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "howdah/base/error.hpp"
#include "howdah/testing/polling.hpp"

namespace howdah::net {
namespace {

using std::chrono::steady_clock;
using namespace std::chrono_literals;

endpoint named(const std::string& host) { return {.host = host, .hostaddr = {}, .port = 5432}; }

error failure_of(const std::function<void()>& call) {
    try {
        call();
    } catch (const error& e) {
        return e;
    }
    ADD_FAILURE() << "nothing was thrown";
    return error{std::error_code{}, "nothing"};
}

TEST(resolve, gives_the_addresses_in_getaddrinfos_order) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    ASSERT_EQ(getaddrinfo("localhost", "5432", &hints, &list), 0);
    std::vector<int> families;
    for (auto* at = list; at != nullptr; at = at->ai_next) families.push_back(at->ai_family);
    freeaddrinfo(list);

    const auto found = resolve(named("localhost"), testing::from_now(60s));
    ASSERT_EQ(found.size(), families.size());
    for (std::size_t i = 0; i < found.size(); ++i) EXPECT_EQ(found[i].family(), families[i]);
}

TEST(resolve, of_an_unknown_name_says_which_and_what_to_check) {
    const auto e = failure_of([] { resolve(named("no-such-host.invalid"), testing::from_now(60s)); });
    EXPECT_EQ(e.code(), errc::host_not_found);
    EXPECT_EQ(e.phase(), phase::resolve);
    EXPECT_EQ(e.fate(), fate::not_sent);
    EXPECT_NE(std::string{e.what()}.find("\"no-such-host.invalid\""), std::string::npos) << e.what();
    EXPECT_NE(std::string{e.what()}.find("check"), std::string::npos) << e.what();
    EXPECT_NE(e.host().find("no-such-host.invalid"), std::string_view::npos);
}

std::vector<address> must_not_be_asked(const endpoint&) { throw std::logic_error{"a name server was asked"}; }

TEST(resolve, of_addresses_and_sockets_asks_nobody_even_after_the_deadline) {
    const auto past = steady_clock::now() - 1s;
    EXPECT_EQ(resolve(named("127.0.0.1"), past, {}, must_not_be_asked).at(0).text, "127.0.0.1:5432");
    EXPECT_EQ(resolve(named("::1"), past, {}, must_not_be_asked).at(0).text, "[::1]:5432");
    EXPECT_EQ(resolve(named("/tmp"), past, {}, must_not_be_asked).at(0).text, "/tmp/.s.PGSQL.5432");
}

TEST(resolve, prefers_hostaddr_to_the_name) {
    const endpoint e{.host = "db.example", .hostaddr = "192.0.2.7", .port = 6000};
    EXPECT_EQ(resolve(e, testing::from_now(60s), {}, must_not_be_asked).at(0).text, "192.0.2.7:6000");
    EXPECT_EQ(resolve_now(e).at(0).text, "192.0.2.7:6000");
}

TEST(resolve, refuses_a_hostaddr_that_is_a_name) {
    const endpoint host{.host = "db.example", .hostaddr = "localhost", .port = 5432};
    EXPECT_EQ(failure_of([&] { resolve(host, testing::from_now(60s)); }).code(), errc::invalid_option);
    EXPECT_EQ(failure_of([] { resolve(endpoint{}, testing::from_now(60s)); }).code(), errc::invalid_option);
}

TEST(resolve, does_not_begin_after_the_deadline) {
    const auto e = failure_of([] { resolve(named("localhost"), steady_clock::now() - 1s, {}, must_not_be_asked); });
    EXPECT_EQ(e.code(), errc::timed_out);
    EXPECT_EQ(e.phase(), phase::resolve);
}

std::atomic<bool> name_server_answers{false};
std::atomic<int> look_ups_ended{0};

std::vector<address> hangs(const endpoint&) {
    name_server_answers.wait(false);
    ++look_ups_ended;
    look_ups_ended.notify_all();
    return {};
}

TEST(resolve, gives_up_at_the_deadline_and_does_not_start_endless_look_ups) {
    const auto soon = [] { return steady_clock::now() + 1ms; };
    for (std::size_t i = 0; i < max_lookups; ++i)
        ASSERT_EQ(failure_of([&] { resolve(named("db.example"), soon(), {}, hangs); }).code(), errc::timed_out);
    const auto e = failure_of([&] { resolve(named("db.example"), testing::from_now(60s), {}, hangs); });
    EXPECT_EQ(e.code(), errc::host_not_found);
    EXPECT_NE(std::string{e.what()}.find("64 look-ups"), std::string::npos) << e.what();

    name_server_answers = true;
    name_server_answers.notify_all();
    for (int ended = 0; ended < static_cast<int>(max_lookups); ended = look_ups_ended) look_ups_ended.wait(ended);
    // The last threads give their places back a moment after they counted.
    while (true) {
        try {
            EXPECT_TRUE(resolve(named("db.example"), testing::from_now(60s), {}, hangs).empty());
            break;
        } catch (const error& busy) {
            ASSERT_EQ(busy.code(), errc::host_not_found);
            std::this_thread::yield();
        }
    }
}

std::atomic<bool> was_asked{false}, may_answer{false};

std::vector<address> answers_late(const endpoint&) {
    was_asked = true;
    was_asked.notify_all();
    may_answer.wait(false);
    return {};
}

TEST(resolve, gives_up_when_it_is_asked_to_stop) {
    std::stop_source stop;
    std::thread other{[&] {
        was_asked.wait(false);
        stop.request_stop();
    }};
    const auto e = failure_of([&] { resolve(named("db.example"), no_deadline, stop.get_token(), answers_late); });
    other.join();
    EXPECT_EQ(e.code(), errc::cancelled);
    EXPECT_EQ(e.fate(), fate::not_sent);
    EXPECT_EQ(e.phase(), phase::resolve);
    may_answer = true;
    may_answer.notify_all();
}

std::vector<address> counts_blocked_signals(const endpoint&) {
    sigset_t blocked;
    pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
    if (sigismember(&blocked, SIGTERM) != 1 || sigismember(&blocked, SIGINT) != 1)
        throw std::logic_error{"not blocked"};
    return {};
}

TEST(resolve, leaves_the_applications_signals_to_the_applications_threads) {
    EXPECT_NO_THROW(resolve(named("db.example"), testing::from_now(60s), {}, counts_blocked_signals));
    sigset_t blocked;
    pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
    EXPECT_EQ(sigismember(&blocked, SIGTERM), 0);
}

}  // namespace
}  // namespace howdah::net
