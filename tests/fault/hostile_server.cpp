#include "hostile_server.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

#include "howdah/base/reader.hpp"

namespace howdah::test {
namespace {

using namespace std::chrono_literals;

constexpr auto patience = 10s;
constexpr std::size_t length_size = 4;

}  // namespace

conversation::conversation(testing::descriptor client, hostile_server& server) noexcept
    : client_{std::move(client)}, server_{server} {}

void conversation::say(std::string_view words) {
    if (!send_all(client_, as_bytes(words), testing::from_now(patience))) throw ended{};
}

std::string conversation::hear(std::size_t size) {
    while (heard_.size() < size) hear_some();
    auto out = heard_.substr(0, size);
    heard_.erase(0, size);
    return out;
}

std::string conversation::hear_startup() {
    const auto length = hear(length_size);
    return hear(load_big_endian<std::uint32_t>(as_bytes(length).data()) - length_size);
}

conversation::message conversation::hear_message() {
    const auto tag = hear(1)[0];
    return {.tag = tag, .body = hear_startup()};
}

void conversation::hear_request() {
    for (;;) {
        const auto m = hear_message();
        if (m.tag == 'S' || m.tag == 'Q') return;
    }
}

void conversation::hear_end() {
    for (;;) hear_some();
}

void conversation::hear_some() {
    if (!server_.wait_for(client_.number(), testing::from_now(patience))) throw ended{};
    std::array<char, 4096> buffer;
    const auto n = ::recv(client_.number(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n <= 0) throw ended{};
    const std::string_view words{buffer.data(), static_cast<std::size_t>(n)};
    heard_ += words;
    const std::lock_guard lock{server_.mutex_};
    server_.received_ += words;
}

hostile_server::hostile_server(script s) : script_{std::move(s)}, port_{listener_.port()}, thread_{[this] { run(); }} {}

hostile_server::~hostile_server() {
    bell_.ring();
    thread_.join();
}

std::string hostile_server::received() const {
    const std::lock_guard lock{mutex_};
    return received_;
}

void hostile_server::run() {
    // No deadline but the object's own end: it waits for whoever comes.
    while (wait_for(listener_.number(), testing::from_now(std::chrono::hours{1}))) {
        auto client = listener_.accept();
        if (!client) continue;
        conversation c{std::move(client), *this};
        try {
            script_(c);
        } catch (const conversation::ended&) {  // NOLINT(bugprone-empty-catch): how scripts end
        }
    }
}

bool hostile_server::wait_for(int number, testing::deadline limit) {
    std::array waiting{pollfd{.fd = bell_.number(), .events = POLLIN, .revents = 0},
                       pollfd{.fd = number, .events = POLLIN, .revents = 0}};
    const auto ready = ::poll(waiting.data(), waiting.size(), milliseconds_until(limit));
    if (ready < 0) return errno == EINTR && wait_for(number, limit);
    return ready > 0 && waiting[0].revents == 0;
}

}  // namespace howdah::test
