#include "examples/service/http_service.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <charconv>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace service {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using namespace std::chrono_literals;

using asio::ip::tcp;
using request = http::request<http::empty_body>;
using response = http::response<http::string_body>;

// A client's time to send a request, or to take its answer.
constexpr auto patience = 30s;
// What a request may take at the database, the wait for a connection included.
constexpr auto database_time = 2s;

response reply(const request& to, http::status status, std::string body) {
    response r{status, to.version()};
    r.set(http::field::content_type, "application/json");
    r.keep_alive(to.keep_alive());
    r.body() = std::move(body);
    r.prepare_payload();
    return r;
}

std::string_view path_of(const request& r) { return {r.target().data(), r.target().size()}; }

/// The number behind "/accounts/"; empty: it is none.
std::optional<std::int64_t> account_in(std::string_view path) {
    constexpr std::string_view before = "/accounts/";
    if (!path.starts_with(before)) return std::nullopt;
    path.remove_prefix(before.size());
    std::int64_t id = 0;
    const auto [end, wrong] = std::from_chars(path.data(), path.data() + path.size(), id);
    if (wrong != std::errc{} || end != path.data() + path.size()) return std::nullopt;
    return id;
}

std::string as_json(const howdah::pool_status& s) {
    return "{\"size\" : " + std::to_string(s.size) + ", \"idle\" : " + std::to_string(s.idle) +
           ", \"in_use\" : " + std::to_string(s.in_use) + ", \"waiting\" : " + std::to_string(s.waiting) +
           ", \"opened\" : " + std::to_string(s.opened) + ", \"broken\" : " + std::to_string(s.broken) + "}\n";
}

/// PostgreSQL makes the JSON.
howdah::awaitable<response> show_account(howdah::pool& db, const request& r, std::int64_t id) {
    auto in_time = db.with({.timeout = database_time});
    const auto found = co_await in_time.fetch_optional<std::string>(
        "select json_build_object('id', id, 'owner', owner, 'balance', balance)::text from account where id = $1", id);
    if (!found) co_return reply(r, http::status::not_found, "{\"error\" : \"there is no such account\"}\n");
    co_return reply(r, http::status::ok, *found + '\n');
}

howdah::awaitable<response> answer(howdah::pool& db, const request& r) {
    if (r.method() != http::verb::get)
        co_return reply(r, http::status::method_not_allowed, "{\"error\" : \"this service only answers GET\"}\n");
    if (path_of(r) == "/status") co_return reply(r, http::status::ok, as_json(db.status()));
    const auto id = account_in(path_of(r));
    if (!id) co_return reply(r, http::status::not_found, "{\"error\" : \"try /accounts/1 or /status\"}\n");
    try {
        co_return co_await show_account(db, r, *id);
    } catch (const howdah::error& e) {
        // The words are for the log: they may name hosts and tables.
        co_return reply(r, http::status::service_unavailable,
                        std::string{"{\"error\" : \"the database did not answer\", \"sqlstate\" : \""} +
                            std::string{e.state().text()} + "\"}\n");
    }
}

/// One client, until it goes away.
howdah::awaitable<void> serve(tcp::socket socket, howdah::pool& db) {
    beast::tcp_stream stream{std::move(socket)};
    beast::flat_buffer buffer;
    try {
        for (;;) {
            request r;
            stream.expires_after(patience);
            co_await http::async_read(stream, buffer, r, asio::use_awaitable);
            const auto a = co_await answer(db, r);
            stream.expires_after(patience);
            co_await http::async_write(stream, a, asio::use_awaitable);
            if (!a.keep_alive()) break;
        }
    } catch (const boost::system::system_error&) {  // NOLINT(bugprone-empty-catch): it has gone, or was too slow
    }
}

howdah::awaitable<void> accept_all(tcp::acceptor& a, howdah::pool& db) {
    while (a.is_open()) {
        boost::system::error_code failed;
        auto socket = co_await a.async_accept(asio::redirect_error(asio::use_awaitable, failed));
        if (failed) continue;  // closed, or the client was faster
        asio::co_spawn(a.get_executor(), serve(std::move(socket), db), asio::detached);
    }
}

}  // namespace

http_service::http_service(const howdah::connection_config& database, const options& o) : port_{o.port} {
    std::vector<asio::any_io_executor> executors;
    for (std::size_t i = 0; i < o.threads; ++i)
        executors.emplace_back(loops_.emplace_back(std::make_unique<loop>(1))->get_executor());
    pool_ = std::make_unique<howdah::pool>(
        executors, database, howdah::pool_options{.min_connections = o.connections, .max_connections = o.connections});
    acceptors_.reserve(o.threads);
    for (const auto& l : loops_) asio::co_spawn(*l, accept_all(listen(*l), *pool_), asio::detached);
    for (const auto& l : loops_) threads_.emplace_back([&on = *l] { on.run(); });
}

// All on one port: the kernel gives each client to one of them.
tcp::acceptor& http_service::listen(loop& on) {
    using reuse_port = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;
    const tcp::endpoint where{asio::ip::address_v4::loopback(), port_};
    auto& a = acceptors_.emplace_back(on);
    a.open(where.protocol());
    a.set_option(reuse_port{true});
    a.set_option(tcp::acceptor::reuse_address{true});
    a.bind(where);
    a.listen();
    port_ = a.local_endpoint().port();
    return a;
}

void http_service::stop() {
    if (threads_.empty()) return;
    for (auto& a : acceptors_) asio::post(a.get_executor(), [&a] { a.close(); });
    asio::co_spawn(*loops_.front(), pool_->close(5s), asio::use_future).get();
    for (const auto& l : loops_) l->stop();
    threads_.clear();
}

}  // namespace service
