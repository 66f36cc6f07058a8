#include "howdah/net/socket.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pwd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <vector>

#include "howdah/net/resolve.hpp"
#include "howdah/testing/polling.hpp"
#include "temporary_folder.hpp"

namespace howdah::net {
namespace {

using std::chrono::steady_clock;
using namespace std::chrono_literals;

time_point soon() { return steady_clock::now() + 20ms; }

// Listens on `at`; with port 0 `at` becomes where it listens.
unique_fd listen_on(address& at, int backlog) {
    std::error_code failure;
    unique_fd fd = open_socket(at, failure);
    EXPECT_FALSE(failure) << failure.message();
    EXPECT_EQ(::bind(fd.get(), at.data(), at.size), 0);
    EXPECT_EQ(::listen(fd.get(), backlog), 0);
    if (at.family() != AF_UNIX) {
        EXPECT_EQ(getsockname(fd.get(), reinterpret_cast<sockaddr*>(&at.storage), &at.size), 0);
    }
    return fd;
}

address any_port() { return *numeric_address("127.0.0.1", 0); }

// A port that nobody listens on, for as long as the socket lives.
unique_fd deaf_on(address& at) {
    std::error_code failure;
    unique_fd fd = open_socket(at, failure);
    EXPECT_EQ(::bind(fd.get(), at.data(), at.size), 0);
    EXPECT_EQ(getsockname(fd.get(), reinterpret_cast<sockaddr*>(&at.storage), &at.size), 0);
    return fd;
}

int option(int fd, int level, int name) {
    int value = -1;
    socklen_t size = sizeof value;
    EXPECT_EQ(getsockopt(fd, level, name, &value, &size), 0);
    return value;
}

TEST(unique_fd, closes_once_and_moves) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const unique_fd reads{ends[0]};
    {
        unique_fd a{ends[1]};
        unique_fd b{std::move(a)};
        EXPECT_FALSE(a);  // NOLINT(bugprone-use-after-move): that it is empty is the point
        a = std::move(b);
        EXPECT_TRUE(a);
        EXPECT_EQ(fcntl(ends[1], F_GETFD), 0);
    }
    EXPECT_EQ(fcntl(ends[1], F_GETFD), -1);
}

TEST(connect, reaches_a_listener_with_a_blocking_socket_and_its_options) {
    auto at = any_port();
    const auto listener = listen_on(at, 8);
    connection_config config;
    config.keepalives_idle = 61s;
    config.keepalives_interval = 7s;
    config.keepalives_count = 5;
    config.tcp_user_timeout = 12'345ms;
    std::error_code failure;
    const auto fd = connect(at, config, testing::from_now(60s), failure);
    ASSERT_TRUE(fd) << failure.message();
    EXPECT_FALSE(failure);
    EXPECT_EQ(fcntl(fd.get(), F_GETFL) & O_NONBLOCK, 0);
    EXPECT_EQ(fcntl(fd.get(), F_GETFD), FD_CLOEXEC);
    EXPECT_NE(option(fd.get(), IPPROTO_TCP, TCP_NODELAY), 0);
    EXPECT_NE(option(fd.get(), SOL_SOCKET, SO_KEEPALIVE), 0);
#ifdef __linux__
    EXPECT_EQ(option(fd.get(), IPPROTO_TCP, TCP_KEEPIDLE), 61);
    EXPECT_EQ(option(fd.get(), IPPROTO_TCP, TCP_KEEPINTVL), 7);
    EXPECT_EQ(option(fd.get(), IPPROTO_TCP, TCP_KEEPCNT), 5);
    EXPECT_EQ(option(fd.get(), IPPROTO_TCP, TCP_USER_TIMEOUT), 12'345);
#endif
}

TEST(connect, leaves_keepalives_off_when_they_are_not_wanted) {
    auto at = any_port();
    const auto listener = listen_on(at, 8);
    connection_config config;
    config.keepalives = false;
    std::error_code failure;
    const auto fd = connect(at, config, testing::from_now(60s), failure);
    ASSERT_TRUE(fd) << failure.message();
    EXPECT_EQ(option(fd.get(), SOL_SOCKET, SO_KEEPALIVE), 0);
}

TEST(connect, to_a_port_without_a_listener_is_refused_in_words) {
    auto at = any_port();
    const auto deaf = deaf_on(at);
    std::error_code failure;
    EXPECT_FALSE(connect(at, {}, testing::from_now(60s), failure));
    EXPECT_EQ(failure, std::errc::connection_refused);
    const auto e = connect_failure({.host = "db.example", .hostaddr = {}, .port = 5432},
                                   *numeric_address("10.0.0.9", 5432), failure);
    EXPECT_EQ(e.code(), std::errc::connection_refused);
    EXPECT_EQ(e.phase(), phase::connect);
    const std::string words = e.what();
    EXPECT_NE(words.find("10.0.0.9:5432 (host \"db.example\")"), std::string::npos) << words;
    EXPECT_NE(words.find("listen_addresses"), std::string::npos) << words;
}

TEST(connect, to_a_full_backlog_times_out) {
    auto at = any_port();
    const auto listener = listen_on(at, 0);
    std::vector<unique_fd> waiting;
    std::error_code failure;
    // The kernel drops the SYN of whoever finds the queue full.
    for (int i = 0; i < 64 && !failure; ++i) waiting.push_back(connect(at, {}, soon(), failure));
    EXPECT_EQ(failure, errc::timed_out);
    EXPECT_FALSE(waiting.back());
}

TEST(connect, after_the_deadline_times_out_without_waiting) {
    auto at = any_port();
    const auto listener = listen_on(at, 0);
    std::error_code failure;
    std::vector<unique_fd> waiting;
    for (int i = 0; i < 64 && !failure; ++i) waiting.push_back(connect(at, {}, steady_clock::now() - 1s, failure));
    EXPECT_EQ(failure, errc::timed_out);
}

TEST(connect, goes_to_the_next_address_of_a_host_when_one_refuses) {
    auto good = any_port(), bad = any_port();
    const auto listener = listen_on(good, 8);
    const auto deaf = deaf_on(bad);
    std::error_code failure;
    unique_fd fd;
    for (const auto& at : {bad, good})
        if (fd = connect(at, {}, testing::from_now(60s), failure); fd) break;
    EXPECT_TRUE(fd) << failure.message();
}

TEST(start_connect, is_in_progress_and_finishes_when_writable) {
    auto at = any_port();
    const auto listener = listen_on(at, 8);
    std::error_code failure;
    const auto fd = open_socket(at, failure);
    ASSERT_FALSE(set_mode(fd.get(), blocking_mode::nonblocking));
    const auto state = start_connect(fd.get(), at);
    EXPECT_TRUE(!state || state == std::errc::operation_in_progress) << state.message();
    ASSERT_FALSE(wait_writable(fd.get(), testing::from_now(60s)));
    EXPECT_FALSE(finish_connect(fd.get()));
}

TEST(wait_readable, ends_at_the_deadline_or_with_the_first_byte) {
    int ends[2];
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    const unique_fd a{ends[0]}, b{ends[1]};
    EXPECT_EQ(wait_readable(a.get(), soon()), errc::timed_out);
    EXPECT_EQ(wait_readable(a.get(), steady_clock::now() - 1s), errc::timed_out);
    ASSERT_EQ(send(b.get(), "x", 1, MSG_NOSIGNAL), 1);
    EXPECT_FALSE(wait_readable(a.get(), no_deadline));
}

TEST(wait_readable, sees_the_other_end_close) {
    int ends[2];
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    const unique_fd a{ends[0]};
    ::close(ends[1]);
    EXPECT_FALSE(wait_readable(a.get(), no_deadline));
}

TEST(wait_writable, ends_at_the_deadline_when_the_other_end_does_not_read) {
    int ends[2];
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    const unique_fd a{ends[0]}, b{ends[1]};
    ASSERT_FALSE(set_mode(a.get(), blocking_mode::nonblocking));
    const std::string much(1 << 16, 'x');
    while (send(a.get(), much.data(), much.size(), MSG_NOSIGNAL) > 0) continue;
    EXPECT_EQ(wait_writable(a.get(), soon()), errc::timed_out);
}

TEST(unix_socket, connects_and_names_the_servers_user) {
    const test::temporary_folder folder;
    auto at = unix_address(folder.path(), 5432);
    const auto listener = listen_on(at, 8);
    std::error_code failure;
    connection_config config;
    const auto fd = connect(at, config, testing::from_now(60s), failure);
    ASSERT_TRUE(fd) << failure.message();
    const passwd* me = getpwuid(geteuid());
    ASSERT_NE(me, nullptr);
    EXPECT_EQ(peer_user(fd.get(), failure), me->pw_name);
    EXPECT_FALSE(failure);

    EXPECT_FALSE(check_peer(fd.get(), config));
    config.require_peer = me->pw_name;
    EXPECT_FALSE(check_peer(fd.get(), config));
    config.require_peer = "somebody-else";
    const auto refused = check_peer(fd.get(), config);
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->code(), errc::peer_rejected);
    EXPECT_NE(std::string{refused->what()}.find("somebody-else"), std::string::npos);
}

TEST(unix_socket, that_does_not_exist_says_so) {
    const test::temporary_folder folder;
    const auto at = unix_address(folder.path(), 5432);
    std::error_code failure;
    EXPECT_FALSE(connect(at, {}, testing::from_now(60s), failure));
    EXPECT_EQ(failure, std::errc::no_such_file_or_directory);
    const auto e = connect_failure({.host = folder.path(), .hostaddr = {}, .port = 5432}, at, failure);
    EXPECT_NE(std::string{e.what()}.find("unix_socket_directories"), std::string::npos) << e.what();
}

#ifdef __linux__
TEST(unix_socket, with_a_full_backlog_times_out_blocking_and_asks_to_come_again_nonblocking) {
    const test::temporary_folder folder;
    auto at = unix_address(folder.path(), 5432);
    const auto listener = listen_on(at, 0);
    std::vector<unique_fd> waiting;
    std::error_code failure;
    for (int i = 0; i < 64 && !failure; ++i) waiting.push_back(connect(at, {}, soon(), failure));
    EXPECT_EQ(failure, errc::timed_out);

    const auto fd = open_socket(at, failure);
    ASSERT_FALSE(set_mode(fd.get(), blocking_mode::nonblocking));
    EXPECT_EQ(start_connect(fd.get(), at), std::errc::resource_unavailable_try_again);
}

TEST(unix_socket, in_the_abstract_namespace_connects) {
    auto at = unix_address("@howdah-" + std::to_string(getpid()), 5432);
    const auto listener = listen_on(at, 8);
    std::error_code failure;
    EXPECT_TRUE(connect(at, {}, testing::from_now(60s), failure)) << failure.message();
}
#endif

}  // namespace
}  // namespace howdah::net
