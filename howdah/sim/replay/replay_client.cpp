#include "howdah/sim/replay/replay_client.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "howdah/sim/reception/peer.hpp"

namespace howdah::sim {
namespace {

constexpr std::size_t read_at_once = std::size_t{64} << 10;
constexpr std::size_t encrypted_at_once = std::size_t{256} << 10;
constexpr std::time_t seconds_to_log_in = 60;  // PostgreSQL's authentication_timeout

// How long a read may take; 0: any time.
void limit_reads(int socket, std::time_t seconds) noexcept {
    const timeval limit{.tv_sec = seconds, .tv_usec = 0};
    (void)::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
}

}  // namespace

replay_client::replay_client(net::unique_fd socket, std::shared_ptr<replayer> from, const reception_options& options,
                             cancel_key key)
    : socket_{std::move(socket)}, from_{std::move(from)}, options_{options}, key_{std::move(key)} {
    const int on = 1;
    (void)::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);  // fails for a unix socket
}

void replay_client::run(const std::function<void(const cancel_key&)>& cancel) {
    limit_reads(socket_.get(), seconds_to_log_in);
    if (receive_client(cancel)) {
        limit_reads(socket_.get(), 0);
        serve();
    }
    if (tls_.encrypted()) {
        tls_.shut_down();
        (void)send_ciphertext();
    }
    stop();  // whoever has asked for a cancel waits for the end
}

void replay_client::stop() noexcept { (void)::shutdown(socket_.get(), SHUT_RDWR); }
void replay_client::cancel() noexcept { cancelled_.wake(); }

bool replay_client::receive_client(const std::function<void(const cancel_key&)>& cancel) {
    reception r{options_, kind_of_peer(socket_.get())};
    while (r.state() == reception::state::working) {
        const auto n = receive(r.input_space());
        if (n == 0) r.input_ended();
        else r.commit(n);
        for (auto out = r.output(); !out.empty(); out = r.output()) {
            if (!send_all(out)) return false;
            r.written(out.size());
        }
    }
    if (r.state() == reception::state::cancel) cancel(r.request());
    if (r.state() != reception::state::admitted) return false;
    who_ = r.introduced();
    tls_ = r.take_tls();
    left_over_.assign(r.left_over().begin(), r.left_over().end());
    return true;
}

void replay_client::serve() {
    replay_session session{from_};
    session.greet(who_.user, who_.parameters, {.process_id = key_.process_id, .cancel_key = key_.key});
    bytes input(read_at_once);
    for (;;) {
        const auto next = session.advance();
        if (!send_output(session)) return;
        switch (next) {
            case replay_session::progress::over: return;
            case replay_session::progress::more_output: break;
            case replay_session::progress::wait:
                if (!wait(session)) return;
                break;
            case replay_session::progress::need_input: {
                const auto n = read_some(input);
                if (n == 0) return;
                session.feed(bytes_view{input}.first(n));
            }
        }
    }
}

// False: the client is gone.
bool replay_client::wait(replay_session& session) {
    using std::chrono::milliseconds;
    cancelled_.rest();
    const auto until = std::chrono::steady_clock::now() + session.delay();
    for (;;) {
        const auto left = std::chrono::ceil<milliseconds>(until - std::chrono::steady_clock::now());
        std::array<pollfd, 2> waiting{pollfd{.fd = socket_.get(), .events = POLLRDHUP, .revents = 0},
                                      pollfd{.fd = cancelled_.descriptor(), .events = POLLIN, .revents = 0}};
        const auto n =
            ::poll(waiting.data(), waiting.size(), static_cast<int>(std::max(left, milliseconds{0}).count()));
        if (n < 0 && errno != EINTR) return false;
        if (waiting[0].revents != 0) return false;
        if (waiting[1].revents != 0) session.cancel();
        else if (left.count() <= 0) session.waited();
        else continue;
        return true;
    }
}

bool replay_client::send_output(replay_session& session) {
    for (auto out = session.output(); !out.empty(); out = session.output()) {
        const auto part = out.first(std::min(out.size(), encrypted_at_once));
        if (tls_.encrypted() ? !tls_.encrypt(part) || !send_ciphertext() : !send_all(part)) return false;
        session.written(part.size());
    }
    return true;
}

bool replay_client::send_ciphertext() {
    for (auto out = tls_.outgoing(); !out.empty(); out = tls_.outgoing()) {
        if (!send_all(out)) return false;
        tls_.sent(out.size());
    }
    return true;
}

bool replay_client::send_all(bytes_view out) {
    while (!out.empty()) {
        const auto n = ::send(socket_.get(), out.data(), out.size(), MSG_NOSIGNAL);
        if (n > 0) out = out.subspan(static_cast<std::size_t>(n));
        else if (errno != EINTR) return false;
    }
    return true;
}

// 0: the client is gone.
std::size_t replay_client::read_some(std::span<std::byte> into) {
    if (!left_over_.empty()) {
        const auto n = std::min(into.size(), left_over_.size());
        std::copy_n(left_over_.begin(), n, into.begin());
        left_over_.erase(left_over_.begin(), left_over_.begin() + static_cast<std::ptrdiff_t>(n));
        return n;
    }
    if (!tls_.encrypted()) return receive(into);
    for (;;) {
        const auto n = tls_.decrypt(into);
        if (!send_ciphertext() || !n) return 0;
        if (*n > 0) return *n;
        ciphertext_.resize(read_at_once);
        const auto got = receive(ciphertext_);
        if (got == 0) return 0;
        tls_.feed(bytes_view{ciphertext_}.first(got));
    }
}

std::size_t replay_client::receive(std::span<std::byte> into) {
    for (;;) {
        const auto n = ::recv(socket_.get(), into.data(), into.size(), 0);
        if (n >= 0) return static_cast<std::size_t>(n);
        if (errno != EINTR) return 0;
    }
}

}  // namespace howdah::sim
