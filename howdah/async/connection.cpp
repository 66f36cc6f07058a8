#include "howdah/async/connection.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "howdah/async/detail/connection_core.hpp"
#include "howdah/async/lending.hpp"
#include "howdah/config/conninfo.hpp"
#include "howdah/core/transaction_calls.hpp"

namespace howdah {
namespace {

namespace asio = boost::asio;

// A lease that was granted to a coroutine which is destroyed before it hears of it.
struct granted_lease {
    std::shared_ptr<async::connection_core> core;
    core::lease_id id = 0;

    explicit granted_lease(std::shared_ptr<async::connection_core> c) noexcept : core{std::move(c)} {}
    granted_lease(const granted_lease&) = delete;
    granted_lease& operator=(const granted_lease&) = delete;
    ~granted_lease() {
        if (id != 0) core->engine().release(id);
    }
};

}  // namespace

awaitable<connection> async::connect(std::shared_ptr<const connection_config> config, std::shared_ptr<observer> watcher,
                                     std::shared_ptr<core::shared_state> shared) {
    auto d = co_await async::dial(config, std::move(watcher), std::move(shared));
    const auto left_over = std::move(d.left_over);
    auto core = std::make_shared<async::connection_core>(std::move(d), std::move(config));
    core->start(left_over);
    async::target t{.core = std::move(core)};
    co_return connection{std::move(t)};
}

connection& connection::operator=(connection&& other) noexcept {
    if (this != &other) {
        if (target_.core) target_.core->close();
        target_ = std::move(other.target_);
    }
    return *this;
}

connection::~connection() {
    if (target_.core) target_.core->close();
}

awaitable<transaction> connection::begin(transaction_options options) {
    options.validate();
    return begin(target_, options);
}

awaitable<transaction> connection::begin(async::target t, transaction_options options) {
    granted_lease lease{t.core};
    core::lease_call call{begin_statement(options),
                          lease.id,
                          {.timeout = options.timeout, .warn_after = options.warn_after, .attempt = options.attempt}};
    async::waiter w;
    co_await t.perform(call, w);
    async::target::rethrow(call);
    t.lease = std::exchange(lease.id, 0);
    t.options = {};
    co_return transaction{std::move(t), options};
}

awaitable<void> connection::pause(std::chrono::milliseconds time) {
    asio::steady_timer timer{co_await asio::this_coro::executor, time};
    co_await timer.async_wait(asio::use_awaitable);
}

bool connection::open() const noexcept { return target_.core && target_.core->engine().open(); }

void connection::close() noexcept {
    if (target_.core) target_.core->close();
}

awaitable<void> connection::reconnect() {
    auto fresh = co_await async::connect(target_.core->config(), target_.core->engine().options().watcher,
                                         target_.core->where().shared);
    *this = std::move(fresh);
}

std::string_view connection::server_parameter(std::string_view name) const noexcept {
    const auto& all = target_.core->engine().parameters();
    const auto found = all.find(name);
    return found == all.end() ? std::string_view{} : std::string_view{found->second};
}

std::uint32_t connection::process_id() const noexcept { return target_.core->where().process_id; }

awaitable<connection> connect(std::string_view conninfo, std::shared_ptr<observer> watcher) {
    return async::connect(std::make_shared<const connection_config>(parse_conninfo(conninfo)), std::move(watcher),
                          nullptr);
}

awaitable<connection> connect(const connection_config& config, std::shared_ptr<observer> watcher) {
    return async::connect(std::make_shared<const connection_config>(config), std::move(watcher), nullptr);
}

}  // namespace howdah
