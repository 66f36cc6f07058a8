#include "howdah/net/channel.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "certificates.hpp"
#include "howdah/base/error.hpp"
#include "howdah/net/socket.hpp"
#include "tls_peer.hpp"

namespace howdah::net {
namespace {

using progress = channel::progress;
using namespace std::chrono_literals;

const test::identity& sha384_server() {
    static const test::identity it = test::authority{"Howdah Root"}.issue({.common_name = "db.example"}, "SHA384");
    return it;
}

endpoint db() { return {.host = "db.example", .hostaddr = {}, .port = 5432}; }

// Differs everywhere, so that a lost, doubled or moved piece shows.
std::string much_text(std::size_t size) {
    std::string out(size, '\0');
    std::uint32_t x = 2463534242;
    for (auto& c : out) {
        x ^= x << 13, x ^= x >> 17, x ^= x << 5;
        c = static_cast<char>(x);
    }
    return out;
}

class channel_test : public ::testing::Test {
protected:
    void connect(const test::server_options& options = {}, std::size_t chunk = 1 << 16) {
        peer = std::make_unique<test::tls_server>(sha384_server(), options);
        ASSERT_EQ(shake_hands(client, *peer, context(), db(), chunk), progress::done) << client.failure().what();
        ASSERT_TRUE(peer->established()) << peer->failure();
        EXPECT_EQ(receive(), "");  // session tickets
    }
    static std::shared_ptr<const tls_context> context() {
        connection_config config;
        config.ssl_mode = ssl_mode::require;
        return std::make_shared<const tls_context>(config);
    }
    std::string receive(std::size_t room = 1 << 16) {
        exchange(client, *peer);
        auto out = test::drain(client, failed, room);
        exchange(client, *peer);
        return out;
    }

    test::temporary_folder folder;
    test::home_is home{folder.path()};  // no root.crt of the user's
    channel client;
    std::unique_ptr<test::tls_server> peer;
    std::error_code failed;
};

TEST_F(channel_test, plain_channel_has_nothing_to_send) {
    EXPECT_FALSE(client.encrypted());
    EXPECT_TRUE(client.outgoing().empty());
}

TEST_F(channel_test, carries_bytes_both_ways_in_tls_1_2_and_1_3) {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        connect({.min_version = version, .max_version = version});
        EXPECT_TRUE(client.encrypted());
        ASSERT_FALSE(client.encrypt(as_bytes("to the server")));
        peer->write("to the client");
        EXPECT_EQ(receive(), "to the client");
        EXPECT_EQ(peer->received, "to the server");
        EXPECT_FALSE(failed);
    }
}

TEST_F(channel_test, nothing_readable_leaves_in_the_clear) {
    connect();
    ASSERT_FALSE(client.encrypt(as_bytes("select 'my secret'")));
    EXPECT_EQ(as_text(client.outgoing()).find("secret"), std::string_view::npos);
}

TEST_F(channel_test, works_byte_by_byte) {
    connect({}, 1);
    const auto text = much_text(40'000);
    peer->write(text);
    const std::string cipher = peer->give();
    std::string plain;
    for (const char c : cipher) {
        client.feed(as_bytes({&c, 1}));
        plain += test::drain(client, failed, 20'000);
        ASSERT_FALSE(failed) << client.failure().what();
    }
    EXPECT_TRUE(plain == text);
}

TEST_F(channel_test, moves_16_mib_both_ways_into_rooms_of_any_size) {
    connect();
    const auto text = much_text(16U << 20);
    for (const std::size_t room : {std::size_t{8191}, std::size_t{1} << 20}) {
        peer->received.clear();
        peer->write(text);
        ASSERT_FALSE(client.encrypt(as_bytes(text)));
        // Not EXPECT_EQ, which would print them.
        EXPECT_TRUE(receive(room) == text);
        EXPECT_TRUE(peer->received == text);
    }
}

TEST_F(channel_test, reads_straight_into_its_space) {
    connect();
    peer->write("hello");
    const std::string cipher = peer->give();
    const auto space = client.ciphertext_space(cipher.size());
    ASSERT_GE(space.size(), cipher.size());
    std::memcpy(space.data(), cipher.data(), cipher.size());
    client.commit(cipher.size());
    EXPECT_EQ(test::drain(client, failed), "hello");
}

TEST_F(channel_test, keeps_nothing_hidden_after_less_than_a_full_room) {
    connect();
    for (int i = 0; i < 50; ++i) peer->write("record " + std::to_string(i) + '\n');
    client.feed(as_bytes(peer->give()));
    std::vector<std::byte> room(1 << 16);
    const auto got = client.decrypt(room, failed);
    EXPECT_NE(as_text({room.data(), got}).find("record 49\n"), std::string_view::npos);
    EXPECT_EQ(client.decrypt(room, failed), 0U);
    EXPECT_FALSE(failed);
    EXPECT_EQ(client.decrypt({}, failed), 0U);
}

TEST_F(channel_test, answers_key_updates_and_goes_on) {
    connect();
    for (int i = 0; i < 3; ++i) {
        peer->update_keys();
        peer->write("after update");
        client.feed(as_bytes(peer->give()));
        EXPECT_EQ(test::drain(client, failed), "after update");
        ASSERT_FALSE(client.encrypt(as_bytes("and back")));
        exchange(client, *peer);
        EXPECT_EQ(peer->received, "and back");
        peer->received.clear();
    }
}

TEST_F(channel_test, end_without_close_notify_is_a_lost_connection) {
    connect();
    peer->write("the whole message");
    auto cipher = peer->give();
    peer->write("a second one");
    cipher += peer->give();
    client.feed(as_bytes(cipher).first(cipher.size() - 1));
    client.end_of_input();
    EXPECT_EQ(test::drain(client, failed), "the whole message");
    EXPECT_EQ(test::drain(client, failed), "");
    EXPECT_EQ(failed, errc::connection_closed);
    EXPECT_EQ(client.failure().fate(), fate::unknown);
    EXPECT_NE(std::string{client.failure().what()}.find("close_notify"), std::string::npos);
    EXPECT_EQ(client.failure().host(), "db.example:5432");
    EXPECT_EQ(client.encrypt(as_bytes("more")), errc::connection_closed);
}

TEST_F(channel_test, close_notify_is_a_clean_close_after_the_last_bytes) {
    connect();
    peer->write("bye");
    peer->shut_down();
    client.feed(as_bytes(peer->give()));
    client.end_of_input();
    EXPECT_EQ(test::drain(client, failed), "bye");
    std::array<std::byte, 8> room;
    EXPECT_EQ(client.decrypt(room, failed), 0U);
    EXPECT_EQ(failed, errc::connection_closed);
    EXPECT_EQ(std::string{client.failure().what()}.find("close_notify"), std::string::npos);
}

TEST_F(channel_test, says_close_notify_once) {
    connect();
    client.shut_down();
    EXPECT_FALSE(client.outgoing().empty());
    exchange(client, *peer);
    EXPECT_TRUE(peer->was_closed());
    client.shut_down();
    EXPECT_TRUE(client.outgoing().empty());
    EXPECT_TRUE(client.encrypt(as_bytes("more")));
}

TEST_F(channel_test, changed_byte_is_found_and_ends_the_connection) {
    connect();
    peer->write("hello");
    auto cipher = peer->give();
    cipher.back() = static_cast<char>(cipher.back() ^ 1);
    client.feed(as_bytes(cipher));
    EXPECT_EQ(test::drain(client, failed), "");
    EXPECT_EQ(failed, errc::tls_failed);
    // It stays so, and the alert is there to be sent.
    EXPECT_EQ(test::drain(client, failed), "");
    EXPECT_EQ(failed, errc::tls_failed);
    EXPECT_FALSE(client.outgoing().empty());
}

TEST_F(channel_test, handshake_cut_at_any_byte_fails_and_does_not_hang) {
    test::tls_server whole{sha384_server()};
    channel one;
    one.start_tls(context(), db());
    ASSERT_EQ(one.handshake(), progress::need_input);
    whole.take(one.outgoing());
    const auto flight = whole.give();
    for (std::size_t cut = 0; cut < flight.size(); cut += 13) {
        channel cut_off;
        test::tls_server peer_of_it{sha384_server()};
        cut_off.start_tls(context(), db());
        ASSERT_EQ(cut_off.handshake(), progress::need_input);
        peer_of_it.take(cut_off.outgoing());
        // The session ticket comes in the next flight: any piece of this one is too short.
        const auto its_flight = peer_of_it.give();
        cut_off.feed(as_bytes(its_flight).first(std::min(cut, its_flight.size() - 1)));
        EXPECT_EQ(cut_off.handshake(), progress::need_input);
        cut_off.end_of_input();
        EXPECT_EQ(cut_off.handshake(), progress::failed);
        EXPECT_EQ(cut_off.failure().code(), errc::connection_closed);
        EXPECT_EQ(cut_off.failure().phase(), phase::tls);
        EXPECT_EQ(cut_off.failure().fate(), fate::not_sent);
    }
}

TEST_F(channel_test, other_end_that_speaks_no_tls_is_told_apart) {
    client.start_tls(context(), db());
    ASSERT_EQ(client.handshake(), progress::need_input);
    client.feed(as_bytes("HTTP/1.1 400 Bad Request\r\n\r\n"));
    EXPECT_EQ(client.handshake(), progress::failed);
    EXPECT_EQ(client.failure().code(), errc::tls_failed);
    EXPECT_NE(std::string{client.failure().what()}.find("does not speak TLS"), std::string::npos)
        << client.failure().what();
    EXPECT_EQ(client.handshake(), progress::failed);
}

TEST_F(channel_test, shutting_down_an_unfinished_handshake_does_nothing) {
    client.start_tls(context(), db());
    ASSERT_EQ(client.handshake(), progress::need_input);
    client.sent(client.outgoing().size());
    client.shut_down();
    EXPECT_TRUE(client.outgoing().empty());
}

TEST_F(channel_test, tells_what_was_agreed) {
    connect();
    const auto info = client.info();
    EXPECT_EQ(info.version, "TLSv1.3");
    EXPECT_EQ(info.cipher.substr(0, 4), "TLS_");
    EXPECT_GE(info.bits, 128);
    EXPECT_EQ(info.alpn, "postgresql");
    ASSERT_EQ(info.chain.size(), 1U);
    EXPECT_EQ(info.chain[0].subject, "CN=db.example,O=Howdah Test");
    EXPECT_EQ(info.chain[0].issuer, "CN=Howdah Root,O=Howdah Test");
}

TEST_F(channel_test, has_the_servers_channel_binding) {
    connect();
    std::array<unsigned char, 48> expected{};
    unsigned size = 0;
    ASSERT_EQ(X509_digest(sha384_server().certificate.get(), EVP_sha384(), expected.data(), &size), 1);
    const auto hash = client.certificate_hash();
    ASSERT_TRUE(hash);
    EXPECT_EQ(as_text(*hash), (std::string_view{reinterpret_cast<char*>(expected.data()), size}));
}

TEST_F(channel_test, can_be_moved_with_its_connection) {
    connect();
    channel moved{std::move(client)};
    peer->write("hello");
    moved.feed(as_bytes(peer->give()));
    EXPECT_EQ(test::drain(moved, failed), "hello");
    client = std::move(moved);
    EXPECT_TRUE(client.encrypted());
}

// One end of a real socket: what a driver does, in its plainest form.
class socket_driver {
public:
    socket_driver(channel& tls, int fd) : tls_{tls}, fd_{fd} { EXPECT_FALSE(set_mode(fd, blocking_mode::nonblocking)); }

    void flush() {
        while (!tls_.outgoing().empty()) {
            const auto n = ::send(fd_, tls_.outgoing().data(), tls_.outgoing().size(), MSG_NOSIGNAL);
            if (n < 0) return;
            tls_.sent(static_cast<std::size_t>(n));
        }
    }
    // False at the deadline.
    bool receive() {
        if (wait_readable(fd_, std::chrono::steady_clock::now() + 30s)) return false;
        const auto space = tls_.ciphertext_space(1 << 16);
        const auto n = ::recv(fd_, space.data(), space.size(), 0);
        if (n > 0) tls_.commit(static_cast<std::size_t>(n));
        if (n == 0) tls_.end_of_input();
        return n >= 0;
    }

private:
    channel& tls_;
    int fd_;
};

// Sends back what it reads, until the socket ends.
void echo(int fd, const test::identity& self) {
    test::tls_server peer{self};
    std::array<std::byte, 65536> room;
    for (;;) {
        const auto n = ::recv(fd, room.data(), room.size(), 0);
        if (n <= 0) return;
        peer.take(bytes_view{room}.first(static_cast<std::size_t>(n)));
        if (!peer.received.empty()) peer.write(std::exchange(peer.received, {}));
        const auto out = peer.give();
        for (std::size_t sent = 0; sent < out.size();) {
            const auto m = ::send(fd, out.data() + sent, out.size() - sent, MSG_NOSIGNAL);
            if (m <= 0) return;
            sent += static_cast<std::size_t>(m);
        }
    }
}

TEST_F(channel_test, reads_on_while_a_full_socket_can_not_be_written) {
    int ends[2];
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    unique_fd near{ends[0]}, far{ends[1]};
    std::thread peer_thread{[fd = far.get()] { echo(fd, sha384_server()); }};
    client.start_tls(context(), db());
    socket_driver driver{client, near.get()};
    for (auto state = client.handshake(); state != progress::done; state = client.handshake()) {
        ASSERT_EQ(state, progress::need_input) << client.failure().what();
        driver.flush();
        ASSERT_TRUE(driver.receive());
    }

    // 4 MiB fill both directions' buffers: an end that only wrote would wait for ever.
    const auto text = much_text(4U << 20);
    ASSERT_FALSE(client.encrypt(as_bytes(text)));
    std::string back;
    while (back.size() < text.size()) {
        driver.flush();
        ASSERT_TRUE(driver.receive());
        back += test::drain(client, failed);
        ASSERT_FALSE(failed) << client.failure().what();
    }
    EXPECT_TRUE(back == text);
    near.reset();
    peer_thread.join();
}

}  // namespace
}  // namespace howdah::net
