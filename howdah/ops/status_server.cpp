#include "howdah/ops/status_server.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <exception>
#include <set>
#include <thread>
#include <utility>

#include "howdah/base/error.hpp"
#include "howdah/observe/log_lines.hpp"

namespace howdah {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using clock = std::chrono::steady_clock;
using stream_ptr = std::shared_ptr<beast::tcp_stream>;

// What a system without descriptors is given to find some.
constexpr std::chrono::milliseconds accept_again{100};
// Bytes that are read, for nothing, of who is refused and goes on.
constexpr std::size_t most_after_the_end = 256 * 1'024;

tcp::endpoint endpoint_of(const status_server_options& o, bool has_token) {
    boost::system::error_code wrong;
    const auto address = asio::ip::make_address(o.address, wrong);
    if (wrong) throw error{errc::invalid_option, "status_server_options::address is no address: " + o.address};
    if (!address.is_loopback() && !has_token)
        throw error{errc::invalid_option,
                    "a status server on " + o.address +
                        ", which others can reach, needs a token; without one it listens on 127.0.0.1"};
    return {address, o.port};
}

void validate_token(const secret_string& token) {
    constexpr std::size_t shortest = 16, longest = 256;
    const auto fits = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               std::string_view{"-_.~"}.find(c) != std::string_view::npos;
    };
    const auto text = token.reveal();
    if (text.empty() || (text.size() >= shortest && text.size() <= longest && std::ranges::all_of(text, fits))) return;
    throw error{errc::invalid_option,
                "a status server's token has 16 to 256 letters, digits, '-', '_', '.' or '~': openssl rand -hex 16"};
}

std::string_view value_of(const http::fields& of, http::field name) {
    const auto found = of.find(name);
    return found == of.end() ? std::string_view{} : std::string_view{found->value().data(), found->value().size()};
}

http::response<http::string_body> to_http(ops::status_answer a, bool head_only, bool keep_alive) {
    http::response<http::string_body> r{http::int_to_status(a.status), 11};
    r.set(http::field::content_type, a.type);
    r.set(http::field::cache_control, "no-store");
    r.set("X-Content-Type-Options", "nosniff");
    r.set("Referrer-Policy", "no-referrer");
    for (const auto& [name, value] : a.headers) r.set(name, value);
    r.keep_alive(keep_alive);
    r.body() = std::move(a.body);
    r.prepare_payload();
    if (head_only) r.body().clear();  // its length is told
    return r;
}

// What a request that can't be read is answered, if anything.
unsigned status_of(const boost::system::error_code& failure) {
    if (failure == http::error::header_limit || failure == http::error::buffer_overflow) return 431;
    if (failure == http::error::unexpected_body || failure == http::error::body_limit) return 413;
    const bool spoke = failure.category() == make_error_code(http::error::bad_method).category();
    return spoke && failure != http::error::end_of_stream && failure != http::error::partial_message ? 400 : 0;
}

}  // namespace

void status_server_options::validate() const {
    if (max_connections == 0 || max_requests_a_second == 0 || request_timeout.count() <= 0)
        throw error{errc::invalid_option, "status_server_options: nobody could ask"};
    constexpr std::size_t shortest_header = 256;
    if (max_header < shortest_header)
        throw error{errc::invalid_option, "status_server_options::max_header is under 256"};
}

struct status_server::state {
    state(const asio::any_io_executor& on, status_content content, const status_server_options& o, secret_string token)
        : options{o}, acceptor{on}, pages{std::move(content), std::move(token)} {}

    void listen(const tcp::endpoint& at) {
        boost::system::error_code failure;
        acceptor.open(at.protocol());
        acceptor.set_option(tcp::acceptor::reuse_address{true});
        (void)acceptor.bind(at, failure);
        if (!failure) (void)acceptor.listen(asio::socket_base::max_listen_connections, failure);
        if (failure)
            throw error{std::error_code{failure.value(), std::system_category()},
                        "the status server can't listen on " + options.address + ':' + std::to_string(at.port()) +
                            ": " + failure.message()};
        where = acceptor.local_endpoint();
    }

    void close() {
        boost::system::error_code ignored;
        (void)acceptor.close(ignored);
        for (const auto& s : streams) s->close();
    }

    ops::status_answer answer(const http::request<http::empty_body>& r) {
        const ops::status_request asked{.method = {r.method_string().data(), r.method_string().size()},
                                        .target = {r.target().data(), r.target().size()},
                                        .host = value_of(r, http::field::host),
                                        .authorization = value_of(r, http::field::authorization),
                                        .cookie = value_of(r, http::field::cookie)};
        auto& limit = pages.knows_token(asked) ? of_friends : of_strangers;
        if (!limit.admits(clock::now())) {
            ++turned_away;
            return {.status = 429, .body = "too many requests\n", .headers = {{"Retry-After", "1"}}};
        }
        try {
            return pages.answer(asked);
        } catch (const std::exception&) {  // of a function of the user's; its words are not for strangers
            return {.status = 500, .body = "it could not be found out\n"};
        }
    }

    const status_server_options options;
    tcp::acceptor acceptor;
    const ops::status_pages pages;
    tcp::endpoint where;
    std::set<stream_ptr> streams;
    observe::rate_limit of_friends{options.max_requests_a_second}, of_strangers{options.max_requests_a_second};
    std::atomic<std::uint64_t> answered{0}, turned_away{0};

    static asio::awaitable<void> accept_all(std::shared_ptr<state> self);
    static asio::awaitable<void> serve(std::shared_ptr<state> self, stream_ptr stream);
    static asio::awaitable<void> converse(state& self, beast::tcp_stream& stream);
};

asio::awaitable<void> status_server::state::accept_all(std::shared_ptr<state> self) {
    while (self->acceptor.is_open()) {
        boost::system::error_code failed;
        auto socket = co_await self->acceptor.async_accept(asio::redirect_error(asio::use_awaitable, failed));
        if (failed && self->acceptor.is_open()) {
            asio::steady_timer pause{self->acceptor.get_executor(), accept_again};
            co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, failed));
        }
        if (failed || !socket.is_open()) continue;
        if (self->streams.size() >= self->options.max_connections) {
            ++self->turned_away;
            continue;
        }
        auto stream = std::make_shared<beast::tcp_stream>(std::move(socket));
        self->streams.insert(stream);
        asio::co_spawn(self->acceptor.get_executor(), serve(self, std::move(stream)), asio::detached);
    }
}

asio::awaitable<void> status_server::state::serve(std::shared_ptr<state> self, stream_ptr stream) {
    try {
        co_await converse(*self, *stream);
    } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): it has gone, or was too slow
    }
    self->streams.erase(stream);
}

asio::awaitable<void> status_server::state::converse(state& self, beast::tcp_stream& stream) {
    beast::flat_buffer buffer{2 * self.options.max_header};
    for (bool goes_on = true; goes_on;) {
        http::request_parser<http::empty_body> parser;
        parser.header_limit(static_cast<std::uint32_t>(self.options.max_header));
        parser.body_limit(0);
        boost::system::error_code failed;
        stream.expires_after(self.options.request_timeout);
        co_await http::async_read(stream, buffer, parser, asio::redirect_error(asio::use_awaitable, failed));
        const auto refused = failed ? status_of(failed) : 0;
        if (failed && refused == 0) co_return;
        ops::status_answer said;
        if (failed) {
            said.status = refused;
            goes_on = false;
        } else {
            said = self.answer(parser.get());
            goes_on = parser.get().keep_alive() && said.status != 429 && !said.stranger;
        }
        const bool head_only = !failed && parser.get().method() == http::verb::head;
        const auto r = to_http(std::move(said), head_only, goes_on);
        stream.expires_after(self.options.request_timeout);
        co_await http::async_write(stream, r, asio::use_awaitable);
        ++self.answered;
    }
    // What it still says is read: otherwise the system resets the connection, and takes the answer from it.
    boost::system::error_code ended;
    (void)stream.socket().shutdown(tcp::socket::shutdown_send, ended);
    std::array<char, 4'096> rest;
    for (std::size_t heard = 0; !ended && heard < most_after_the_end;)
        heard += co_await stream.async_read_some(asio::buffer(rest), asio::redirect_error(asio::use_awaitable, ended));
}

struct status_server::own_thread {
    asio::io_context io{1};
    std::jthread thread;
};

std::shared_ptr<status_server::state> status_server::open(const asio::any_io_executor& on, status_content content,
                                                          const status_server_options& options, secret_string token) {
    options.validate();
    validate_token(token);
    const auto at = endpoint_of(options, !token.empty());
    auto made = std::make_shared<state>(on, std::move(content), options, std::move(token));
    made->listen(at);
    asio::co_spawn(on, state::accept_all(made), asio::detached);
    return made;
}

status_server::status_server(const asio::any_io_executor& on, status_content content,
                             const status_server_options& options, secret_string token)
    : state_{open(on, std::move(content), options, std::move(token))} {}

status_server::status_server(status_content content, const status_server_options& options, secret_string token)
    : thread_{std::make_unique<own_thread>()},
      state_{open(thread_->io.get_executor(), std::move(content), options, std::move(token))} {
    thread_->thread = std::jthread{[io = &thread_->io] { io->run(); }};
}

status_server::~status_server() {
    if (thread_ != nullptr) {
        thread_->io.stop();
        thread_->thread.join();
    }
    state_->close();
}

std::uint16_t status_server::port() const noexcept { return state_->where.port(); }
std::string status_server::url() const {
    const auto address = state_->where.address();
    const auto host = address.is_v6() ? '[' + address.to_string() + ']' : address.to_string();
    return "http://" + host + ':' + std::to_string(port()) + '/';
}
std::uint64_t status_server::answered() const noexcept { return state_->answered; }
std::uint64_t status_server::turned_away() const noexcept { return state_->turned_away; }

}  // namespace howdah
