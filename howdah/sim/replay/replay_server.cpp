#include "howdah/sim/replay/replay_server.hpp"

#include <openssl/rand.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <iterator>
#include <system_error>
#include <utility>

#include "howdah/wire/backend_writing.hpp"

namespace howdah::sim {
namespace {

constexpr int milliseconds_without_descriptors = 100;

bytes random_cancel_key() {
    constexpr std::size_t size = 4;  // of protocol 3.0
    bytes key(size);
    if (RAND_bytes(reinterpret_cast<unsigned char*>(key.data()), static_cast<int>(size)) != 1)
        key.assign(size, std::byte{});
    return key;
}

void send_away(int socket) {
    bytes out;
    server_message why;
    why.severity = "FATAL";
    why.code = sqlstate{"53300"};
    why.message = "sorry, too many clients already";
    wire::serialize_error(why, out);
    (void)::send(socket, out.data(), out.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

/// The application's signal handlers expect the application's threads.
template <class F>
std::thread start_thread(F&& run) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    std::thread made;
    try {
        made = std::thread{std::forward<F>(run)};
    } catch (...) {
        pthread_sigmask(SIG_SETMASK, &before, nullptr);
        throw;
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return made;
}

}  // namespace

replay_server::replay_server(std::shared_ptr<replayer> from, reception_options options)
    : from_{std::move(from)}, options_{std::move(options)} {}

replay_server::~replay_server() { stop(); }

std::vector<replay_server::place> replay_server::listen(const std::vector<std::string>& addresses) {
    std::vector<place> places;
    for (const auto& address : addresses)
        for (auto& s : listen_at(address)) {
            places.push_back({.host = s.host, .port = s.port});
            (void)net::set_mode(s.socket.get(),
                                net::blocking_mode::nonblocking);  // a client may be gone before it is accepted
            sockets_.push_back(std::move(s));
        }
    acceptor_ = start_thread([this] { accept_clients(); });
    return places;
}

void replay_server::accept_clients() {
    std::vector<pollfd> waiting{{.fd = stopping_.descriptor(), .events = POLLIN, .revents = 0}};
    for (const auto& s : sockets_) waiting.push_back({.fd = s.socket.get(), .events = POLLIN, .revents = 0});
    for (;;) {
        if (::poll(waiting.data(), waiting.size(), -1) < 0 && errno != EINTR) return;
        if (waiting.front().revents != 0) return;
        for (std::size_t i = 1; i < waiting.size(); ++i) {
            if (waiting[i].revents == 0) continue;
            net::unique_fd client{::accept4(waiting[i].fd, nullptr, nullptr, SOCK_CLOEXEC)};
            if (client) adopt(std::move(client));
            else if (errno == EMFILE || errno == ENFILE)
                (void)::poll(waiting.data(), 1, milliseconds_without_descriptors);
        }
    }
}

std::list<replay_server::served> replay_server::take_ended(std::list<served>& all) {
    std::list<served> ended;
    for (auto i = all.begin(); i != all.end();) {
        const auto next = std::next(i);
        if (i->over) ended.splice(ended.end(), all, i);
        i = next;
    }
    return ended;
}

void replay_server::adopt(net::unique_fd socket) {
    std::list<served> ended;
    const std::scoped_lock lock{mutex_};
    ended = take_ended(clients_);
    for (auto& e : ended) e.thread.join();  // it has let go of the mutex, and ends
    if (stopped_) return;
    if (clients_.size() >= most_clients) return send_away(socket.get());
    auto& one = clients_.emplace_back();
    one.client = std::make_shared<replay_client>(std::move(socket), from_, options_,
                                                 cancel_key{.process_id = ++last_process_, .key = random_cancel_key()});
    try {
        one.thread = start_thread([this, &one] { serve(one); });
    } catch (const std::system_error&) {
        clients_.pop_back();  // no thread is to be had
    }
}

void replay_server::serve(served& one) {
    try {
        one.client->run([this](const cancel_key& whom) { cancel(whom); });
    } catch (const std::exception&) {
        one.client->stop();  // out of memory: this client's connection ends, and the others' stay
    }
    const std::scoped_lock lock{mutex_};
    one.over = true;
}

void replay_server::cancel(const cancel_key& whom) {
    const std::scoped_lock lock{mutex_};
    for (const auto& each : clients_)
        if (!each.over && each.client->key() == whom) each.client->cancel();
}

void replay_server::stop() {
    stopping_.wake();
    if (acceptor_.joinable()) acceptor_.join();
    std::list<served> ended;
    {
        const std::scoped_lock lock{mutex_};
        stopped_ = true;
        for (const auto& each : clients_) each.client->stop();
        ended.swap(clients_);
    }
    for (auto& each : ended) each.thread.join();
    for (const auto& s : sockets_)
        if (!s.file.empty()) (void)::unlink(s.file.c_str());
    sockets_.clear();
}

}  // namespace howdah::sim
