#include "howdah/sim/reception/front_door.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <utility>

#include "howdah/sim/reception/peer.hpp"
#include "howdah/wire/backend_writing.hpp"

namespace howdah::sim {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using acceptor = asio::basic_socket_acceptor<asio::generic::stream_protocol>;

constexpr auto longest_login = 60s;   // PostgreSQL's authentication_timeout
constexpr auto accept_pause = 100ms;  // when there are no descriptors left

awaitable<bool> send_output(stream_socket& socket, reception& r) {
    for (auto out = r.output(); !out.empty(); out = r.output()) {
        boost::system::error_code failed;
        const auto n = co_await socket.async_write_some(asio::buffer(out.data(), out.size()),
                                                        asio::redirect_error(asio::use_awaitable, failed));
        if (failed) co_return false;
        r.written(n);
    }
    co_return true;
}

// Ends when the client is in, or is not to be.
awaitable<void> receive(stream_socket& socket, reception& r) {
    while (r.state() == reception::state::working) {
        const auto room = r.input_space();
        boost::system::error_code failed;
        const auto n = co_await socket.async_read_some(asio::buffer(room.data(), room.size()),
                                                       asio::redirect_error(asio::use_awaitable, failed));
        if (failed) r.input_ended();
        else r.commit(n);
        const bool sent = co_await send_output(socket, r);
        if (!sent) r.input_ended();
    }
}

// Closes a socket that says too little for too long.
class login_deadline {
public:
    explicit login_deadline(stream_socket& socket) : timer_{socket.get_executor()} {
        timer_.expires_after(longest_login);
        timer_.async_wait([&socket](const boost::system::error_code& ended) {
            boost::system::error_code ignored;
            if (!ended) (void)socket.close(ignored);
        });
    }
    login_deadline(const login_deadline&) = delete;
    login_deadline& operator=(const login_deadline&) = delete;
    ~login_deadline() = default;  // the timer's wait ends with operation_aborted, and touches nothing

private:
    asio::steady_timer timer_;
};

}  // namespace

awaitable<std::optional<visitor>> let_in(stream_socket socket, const reception_options& options,
                                         const hospitality& host) {
    const int on = 1;
    (void)setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    reception r{options, kind_of_peer(socket.native_handle())};
    {
        const login_deadline deadline{socket};
        co_await receive(socket, r);
    }
    if (r.state() == reception::state::cancel && host.cancel) {
        auto cancelling = host.cancel(r.request());
        co_await std::move(cancelling);
    }
    if (r.state() != reception::state::admitted) co_return std::nullopt;
    std::optional<visitor> in{std::in_place, r.introduced(),
                              client_stream{std::move(socket), r.take_tls(), r.left_over()}};
    co_return in;
}

struct front_door::content : std::enable_shared_from_this<front_door::content> {
    content(asio::any_io_executor e, reception_options o) : executor{std::move(e)}, options{std::move(o)} {}
    ~content() {
        for (const auto& file : files) (void)::unlink(file.c_str());
    }

    awaitable<void> accept_from(std::size_t which);
    awaitable<void> serve(stream_socket socket);
    awaitable<void> send_away(stream_socket socket) const;
    void report(const std::string& what) const {
        if (host.report) host.report(what);
    }

    asio::any_io_executor executor;
    reception_options options;
    hospitality host;
    std::vector<acceptor> acceptors;
    std::vector<listening_place> places;
    std::vector<std::string> files;  // of unix sockets
    std::size_t clients = 0;
    bool closed = false;
};

awaitable<void> front_door::content::send_away(stream_socket socket) const {
    bytes out;
    wire::serialize_error(wire::message_of("FATAL", sqlstate{"53300"}, "sorry, too many clients already"), out);
    boost::system::error_code ignored;
    co_await socket.async_write_some(asio::buffer(out.data(), out.size()),
                                     asio::redirect_error(asio::use_awaitable, ignored));
}

awaitable<void> front_door::content::serve(stream_socket socket) {
    const auto self = shared_from_this();
    ++clients;
    try {
        if (clients > most_clients) {
            co_await send_away(std::move(socket));
        } else {
            auto in = co_await let_in(std::move(socket), options, host);
            if (in && !closed) {
                auto stay = host.welcome(*std::move(in));
                co_await std::move(stay);
            }
        }
    } catch (const std::exception& e) {
        report(e.what());
    }
    --clients;
}

awaitable<void> front_door::content::accept_from(std::size_t which) {
    const auto self = shared_from_this();
    while (!closed) {
        boost::system::error_code failed;
        auto socket = co_await acceptors[which].async_accept(asio::redirect_error(asio::use_awaitable, failed));
        if (closed) break;
        if (!failed) {
            asio::co_spawn(executor, serve(std::move(socket)), asio::detached);
            continue;
        }
        if (failed == asio::error::operation_aborted) break;
        report("a client can't be accepted: " + failed.message());
        asio::steady_timer pause{executor, accept_pause};
        co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, failed));
    }
}

front_door::front_door(asio::any_io_executor executor, const std::vector<std::string>& addresses,
                       reception_options options)
    : content_{std::make_shared<content>(std::move(executor), std::move(options))} {
    for (const auto& address : addresses)
        for (auto& s : listen_at(address)) {
            auto& made = content_->acceptors.emplace_back(content_->executor);
            made.assign(asio::generic::stream_protocol{s.family, 0}, s.socket.get());
            (void)s.socket.release();
            content_->places.push_back({.host = s.host, .port = s.port});
            if (!s.file.empty()) content_->files.push_back(s.file);
        }
}

front_door::~front_door() { close(); }

const std::vector<listening_place>& front_door::places() const noexcept { return content_->places; }

void front_door::open(hospitality host) {
    content_->host = std::move(host);
    for (std::size_t i = 0; i < content_->acceptors.size(); ++i)
        asio::co_spawn(content_->executor, content_->accept_from(i), asio::detached);
}

void front_door::close() noexcept {
    content_->closed = true;
    boost::system::error_code ignored;
    for (auto& a : content_->acceptors) (void)a.close(ignored);
}

}  // namespace howdah::sim
