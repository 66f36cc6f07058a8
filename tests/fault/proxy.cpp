#include "proxy.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <limits>
#include <system_error>

namespace howdah::test {
namespace {

using namespace std::chrono_literals;

constexpr auto patience = 5s;
constexpr std::size_t most_kept = std::size_t{64} << 10;

std::size_t index(direction where) noexcept { return static_cast<std::size_t>(where); }

}  // namespace

proxy::proxy(std::uint16_t server_port)
    : server_port_{server_port}, port_{listener_.port()}, thread_{[this] { run(); }} {}

proxy::~proxy() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    bell_.ring();
    thread_.join();
}

void proxy::arm(std::optional<fault> f) {
    {
        const std::lock_guard lock{mutex_};
        fault_ = f;
        passed_ = {};
        seen_ = {};
        for (auto& l : links_)
            if (l.state == link::state::stalled) l.state = link::state::over;
    }
    bell_.ring();
}

void proxy::set(pace p) {
    const std::lock_guard lock{mutex_};
    pace_ = p;
}

void proxy::limit(std::uint64_t bytes_a_second) {
    {
        const std::lock_guard lock{mutex_};
        bytes_a_second_ = bytes_a_second;
    }
    bell_.ring();
}

void proxy::hold_newcomers() {
    const std::lock_guard lock{mutex_};
    holds_newcomers_ = true;
}

void proxy::let_in() {
    {
        const std::lock_guard lock{mutex_};
        holds_newcomers_ = false;
        for (auto& l : links_)
            if (l.state == link::state::held) l.state = link::state::open;
    }
    bell_.ring();
}

std::size_t proxy::count(enum link::state of) const {
    const std::lock_guard lock{mutex_};
    return static_cast<std::size_t>(std::ranges::count(links_, of, &link::state));
}

std::size_t proxy::stalled() const { return count(link::state::stalled); }
std::size_t proxy::held() const { return count(link::state::held); }
std::size_t proxy::open() const { return count(link::state::open); }

std::size_t proxy::taken() const {
    const std::lock_guard lock{mutex_};
    return taken_;
}

std::string proxy::seen(direction where) const {
    const std::lock_guard lock{mutex_};
    return seen_[index(where)];
}

std::uint64_t proxy::passed(direction where) const {
    const std::lock_guard lock{mutex_};
    return passed_[index(where)];
}

void proxy::run() {
    for (;;) {
        std::vector<pollfd> waiting{{.fd = bell_.number(), .events = POLLIN, .revents = 0},
                                    {.fd = listener_.number(), .events = POLLIN, .revents = 0}};
        auto wake_up = testing::from_now(patience);
        {
            const std::lock_guard lock{mutex_};
            if (stopping_) return;
            const bool free = free_at_ <= std::chrono::steady_clock::now();
            if (!free) wake_up = free_at_;
            for (const auto& l : links_) {
                const bool open = free && l.state == link::state::open;
                waiting.push_back({.fd = open ? l.client.number() : -1, .events = POLLIN, .revents = 0});
                waiting.push_back({.fd = open ? l.server.number() : -1, .events = POLLIN, .revents = 0});
            }
        }
        if (::poll(waiting.data(), waiting.size(), milliseconds_until(wake_up)) <= 0) continue;
        if (waiting[0].revents != 0) bell_.quiet();
        // A byte is counted before anybody can have seen it and asked for the count.
        const std::lock_guard lock{mutex_};
        for (std::size_t i = 0; i < links_.size(); ++i) {
            if (waiting[2 + 2 * i].revents != 0) pass(links_[i], direction::to_server);
            if (waiting[3 + 2 * i].revents != 0) pass(links_[i], direction::to_client);
        }
        std::erase_if(links_, [](const link& l) { return l.state == link::state::over; });
        if (waiting[1].revents != 0) take_client();
    }
}

void proxy::take_client() {
    auto client = listener_.accept();
    if (!client) return;
    try {
        links_.push_back({.client = std::move(client),
                          .server = connect_to(server_port_),
                          .state = holds_newcomers_ ? link::state::held : link::state::open});
        ++taken_;
    } catch (const std::system_error&) {  // NOLINT(bugprone-empty-catch): the client finds its connection closed
    }
}

void proxy::pass(link& l, direction where) {
    if (l.state != link::state::open) return;
    const auto& from = where == direction::to_server ? l.client : l.server;
    const auto& to = where == direction::to_server ? l.server : l.client;
    std::array<std::byte, 16'384> buffer;
    auto most = std::min(next_size(), buffer.size());
    // What is only held is not lost: the rest stays where it is.
    if (fault_ && fault_->where == where && fault_->how == breakdown::hold)
        most = std::min<std::size_t>(most, fault_->after - passed_[index(where)]);
    const auto n = ::recv(from.number(), buffer.data(), most, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n <= 0) {
        l.state = link::state::over;
        return;
    }
    flip(std::span{buffer}.first(static_cast<std::size_t>(n)), where);
    auto& count = passed_[index(where)];
    const bool armed = fault_ && fault_->where == where && fault_->how != breakdown::flip;
    const auto size = armed ? std::min<std::uint64_t>(static_cast<std::uint64_t>(n), fault_->after - count)
                            : static_cast<std::uint64_t>(n);
    count += size;
    auto& seen = seen_[index(where)];
    seen += as_text(bytes_view{buffer}.first(std::min(size, most_kept - seen.size())));
    keep_the_pace(size);
    if (!send_all(to, bytes_view{buffer}.first(size), testing::from_now(patience))) l.state = link::state::over;
    if (armed && count == fault_->after) break_down(l, fault_->how);
}

void proxy::keep_the_pace(std::uint64_t bytes) noexcept {
    if (bytes_a_second_ == 0) return;
    const auto now = std::chrono::steady_clock::now();
    free_at_ = std::max(free_at_, now) + std::chrono::microseconds{bytes * 1'000'000 / bytes_a_second_};
}

std::size_t proxy::next_size() noexcept {
    // No more at once than a fiftieth of a second.
    if (bytes_a_second_ != 0) return std::max<std::size_t>(1, bytes_a_second_ / 50);
    switch (pace_) {
        case pace::as_it_comes: break;
        case pace::byte_by_byte: return 1;
        case pace::in_pieces: return piece_ = (piece_ + 5) % 13 + 1;
    }
    return std::numeric_limits<std::size_t>::max();
}

void proxy::flip(std::span<std::byte> passing, direction where) {
    if (!fault_ || fault_->how != breakdown::flip || fault_->where != where) return;
    const auto at = fault_->after - passed_[index(where)];
    if (at >= passing.size()) return;
    passing[at] ^= std::byte{0x20};
    fault_.reset();
}

void proxy::break_down(link& l, breakdown how) {
    fault_.reset();
    switch (how) {
        case breakdown::flip: return;
        case breakdown::stall: l.state = link::state::stalled; return;
        case breakdown::hold: l.state = link::state::held; return;
        case breakdown::reset:
            reset_when_closed(l.client);
            reset_when_closed(l.server);
            [[fallthrough]];
        case breakdown::close: l.state = link::state::over; return;
    }
}

}  // namespace howdah::test
