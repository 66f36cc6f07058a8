#include "howdah/sim/record/record_server.hpp"

#include <sys/socket.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <map>
#include <optional>
#include <utility>

#include "howdah/async/dial.hpp"
#include "howdah/sim/reception/front_door.hpp"
#include "howdah/sim/record/upstream.hpp"
#include "howdah/wire/backend_writing.hpp"

namespace howdah::sim {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr std::size_t relayed_at_once = std::size_t{64} << 10;
constexpr auto pause_when_full = 1ms;

// What a server says before its first ReadyForQuery, for a client that is let in.
bytes greeting(const upstream::connection& c) {
    bytes out;
    serialize(wire::authentication{.what = wire::authentication::kind::ok, .payload = {}}, out);
    for (const auto& [name, value] : c.parameters) serialize(wire::parameter_status{.name = name, .value = value}, out);
    if (c.to.process_id != 0)
        serialize(wire::backend_key_data{.process_id = c.to.process_id, .cancel_key = c.to.cancel_key}, out);
    serialize(wire::ready_for_query{.status = wire::transaction_status::idle}, out);
    return out;
}

bytes refusal(const error& why) {
    bytes out;
    if (const auto* said = why.server()) {
        auto fatal = *said;
        fatal.severity = "FATAL";
        wire::serialize_error(fatal, out);
    } else {
        wire::serialize_error(wire::message_of("FATAL", sqlstate{"08001"}, std::string{"recorder: "} + why.what()),
                              out);
    }
    return out;
}

// Until the recorder has caught up.
awaitable<void> wait_for(const recorder& slower, stream_socket& socket) {
    while (slower.is_full()) {
        asio::steady_timer pause{socket.get_executor(), pause_when_full};
        boost::system::error_code ended;
        co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, ended));
    }
}

// One direction, to its end. What was read is heard first, and then sent.
template <class From, class To, class Heard>
awaitable<void> relay(From& from, To& to, const recorder* pace, Heard heard) {
    bytes buffer(relayed_at_once);
    for (;;) {
        if (pace != nullptr && pace->is_full()) co_await wait_for(*pace, from.socket());
        const auto n = co_await from.read_some(buffer);
        if (n == 0) break;
        const auto said = bytes_view{buffer}.first(n);
        heard(said);
        const bool sent = co_await to.write_all(said);
        if (!sent) break;
    }
    to.end_writing();
}

}  // namespace

struct record_server::content {
    content(record_options o, std::shared_ptr<recorder> r)
        : options{std::move(o)}, heard_by{std::move(r)}, to{options.upstream} {
        if (!options.listen.empty()) door.emplace(context.get_executor(), options.listen, options.reception);
    }

    hospitality host();
    awaitable<void> serve(visitor client);
    awaitable<void> cancel(const cancel_key& key);
    awaitable<std::optional<upstream::connection>> connect(visitor& client);
    void report(std::string what) const {
        if (options.report) options.report(std::move(what));
    }

    record_options options;
    std::shared_ptr<recorder> heard_by;
    upstream to;
    std::map<cancel_key, core::connected_to> running;  // whom a CancelRequest may be about
    std::vector<listening_place> nowhere;
    asio::io_context context{1};
    std::optional<front_door> door;
};

hospitality record_server::content::host() {
    return {.welcome = [this](visitor v) { return serve(std::move(v)); },
            .cancel = [this](cancel_key key) -> awaitable<void> { co_await cancel(key); },
            .report = [this](std::string what) { report(std::move(what)); }};
}

// Forwarded from the recorder's own address, as the server's clients are.
awaitable<void> record_server::content::cancel(const cancel_key& key) {
    const auto found = running.find(key);
    if (found == running.end()) co_return;  // as a server does, without a word
    auto target = found->second;
    co_await async::cancel(std::move(target));
}

awaitable<std::optional<upstream::connection>> record_server::content::connect(visitor& client) {
    const auto* known = !client.who.password.empty()         ? &client.who.password
                        : options.reception.users != nullptr ? options.reception.users->password(client.who.user)
                                                             : nullptr;
    std::optional<error> failure;
    try {
        auto made = co_await to.connect(client.who, known);
        co_return std::optional<upstream::connection>{std::move(made)};
    } catch (const error& e) {
        failure = e;
    }
    report("user \"" + client.who.user + "\" can't be brought to the server: " + failure->what());
    const auto words = refusal(*failure);
    (void)co_await client.stream.write_all(words);
    client.stream.end_writing();
    co_return std::nullopt;
}

awaitable<void> record_server::content::serve(visitor client) {
    auto server = co_await connect(client);
    if (!server) co_return;
    const cancel_key key{.process_id = server->to.process_id, .key = server->to.cancel_key};
    running.insert_or_assign(key, server->to);
    std::optional<recorder::session> heard;
    if (heard_by) heard.emplace(heard_by->begin(server->parameters));
    const auto greets = greeting(*server);
    const bool greeted = co_await client.stream.write_all(greets);

    // The client's words go on beside, and end with its socket at the latest.
    asio::steady_timer client_done{context, asio::steady_timer::time_point::max()};
    bool ended = !greeted;
    const auto from_client = [&]() -> awaitable<void> {
        co_await relay(client.stream, server->stream, heard_by.get(), [&](bytes_view said) {
            if (heard) heard->client_said(said);
        });
        ended = true;
        client_done.cancel();
    };
    if (greeted) {
        asio::co_spawn(context, from_client(), asio::detached);
        co_await relay(server->stream, client.stream, heard_by.get(), [&](bytes_view said) {
            if (heard) heard->server_said(said);
        });
    }
    running.erase(key);
    client.stream.close();
    server->stream.close();
    boost::system::error_code cancelled;
    while (!ended) co_await client_done.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
}

record_server::record_server(record_options options, std::shared_ptr<recorder> heard_by)
    : content_{std::make_unique<content>(std::move(options), std::move(heard_by))} {}

record_server::~record_server() = default;

const std::vector<listening_place>& record_server::places() const noexcept {
    return content_->door ? content_->door->places() : content_->nowhere;
}

void record_server::run() {
    const auto busy = asio::make_work_guard(content_->context);
    if (content_->door) content_->door->open(content_->host());
    content_->context.run();
}

void record_server::stop() noexcept { content_->context.stop(); }

void record_server::adopt(net::unique_fd client) {
    auto& c = *content_;
    auto socket = std::make_shared<stream_socket>(c.context);
    socket->assign(asio::generic::stream_protocol{AF_UNIX, 0}, client.get());
    (void)client.release();
    const auto serve = [](content& to, std::shared_ptr<stream_socket> s) -> awaitable<void> {
        try {
            const auto host = to.host();
            auto in = co_await let_in(std::move(*s), to.options.reception, host);
            if (in) {
                auto stay = to.serve(*std::move(in));
                co_await std::move(stay);
            }
        } catch (const std::exception& e) {
            to.report(e.what());
        }
    };
    asio::co_spawn(c.context, serve(c, std::move(socket)), asio::detached);
}

}  // namespace howdah::sim
