#include "howdah/pool/pool.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "howdah/pool/detail/shard_set.hpp"

namespace howdah {
namespace {

namespace asio = boost::asio;

std::shared_ptr<pooling::shard_set> make_core(const std::vector<asio::any_io_executor>& on, connection_config config,
                                              const pool_options& options, pool_hooks hooks,
                                              std::shared_ptr<observer> watcher) {
    auto setup = std::make_shared<pooling::pool_setup>();
    setup->config = std::make_shared<const connection_config>(std::move(config));
    setup->hooks = std::move(hooks);
    setup->watcher = std::move(watcher);
    return std::make_shared<pooling::shard_set>(on, std::move(setup), options);
}

// What close() waits for, on its own executor.
struct shards_left {
    shards_left(const asio::any_io_executor& on, std::size_t n)
        : all_ended{on, std::chrono::steady_clock::time_point::max()}, count{n} {}

    void one_ended() {
        if (--count == 0) all_ended.cancel();
    }

    asio::steady_timer all_ended;
    std::size_t count;
};

}  // namespace

pool::pool(asio::any_io_executor on, connection_config config, const pool_options& options, pool_hooks hooks,
           std::shared_ptr<observer> watcher)
    : pool{std::vector<asio::any_io_executor>{std::move(on)}, std::move(config), options, std::move(hooks),
           std::move(watcher)} {}

pool::pool(const std::vector<asio::any_io_executor>& on, connection_config config, const pool_options& options,
           pool_hooks hooks, std::shared_ptr<observer> watcher)
    : target_{.pool = make_core(on, std::move(config), options, std::move(hooks), std::move(watcher))} {}

pool::~pool() {
    if (target_.pool == nullptr) return;
    for (const auto& s : target_.pool->all()) s->abort();
}

awaitable<pooled_connection> pool::acquire(std::source_location where) {
    return acquire(target_, pooling::place::of(where));
}

awaitable<pooled_connection> pool::acquire(pooling::pool_target t, pooling::place where) {
    auto from = t.shard_of(co_await asio::this_coro::executor);
    if (from == nullptr)
        throw error{errc::wrong_executor,
                    "acquire() at " + where.to_string() +
                        " is on an executor that is none of the pool's, where its connections live: use "
                        "with_connection(), which goes there"};
    pooling::borrowing b{std::move(from), where, t.wait_time()};
    if (b.waits()) co_await b.wait();
    co_return pooled_connection{b.take()};
}

awaitable<transaction> pool::begin(transaction_options options, std::source_location where) {
    options.validate();
    return begin(target_, pooling::place::of(where), options);
}

awaitable<transaction> pool::begin(pooling::pool_target t, pooling::place where, transaction_options options) {
    auto lent = t.to_be_lent(where);
    co_await lent.find_connection();
    co_return co_await connection::begin(std::move(lent), options);
}

void pool::reconfigure(const pool_options& options) { target_.pool->reconfigure(options); }

void pool::renew_credentials() {
    for (const auto& s : target_.pool->all())
        s->order([](pooling::policy& p, pooling::clock::time_point now) { p.renew_credentials(now); });
}

void pool::discard_all() {
    for (const auto& s : target_.pool->all())
        s->order([](pooling::policy& p, pooling::clock::time_point now) { p.discard_all(now); });
}

void pool::cut_off(const error& why) {
    for (const auto& s : target_.pool->all()) s->cut_off(why);
}

pool_status pool::status() const { return target_.pool->status(); }

awaitable<void> pool::drain(std::chrono::milliseconds timeout) { return end(target_, ending::drain, timeout); }
awaitable<void> pool::close(std::chrono::milliseconds timeout) { return end(target_, ending::close, timeout); }

// All shards end at once: a loop whose shard has ended may stop, and would run nothing that comes later.
awaitable<void> pool::end(pooling::pool_target t, ending how, std::chrono::milliseconds timeout) {
    const auto what = how == ending::drain ? pooling::policy::ending::drain : pooling::policy::ending::close;
    const auto left = std::make_shared<shards_left>(co_await asio::this_coro::executor, t.pool->all().size());
    for (const auto& s : t.pool->all())
        asio::co_spawn(s->executor(), s->end(what, timeout), [left](const std::exception_ptr&) {
            asio::post(left->all_ended.get_executor(), [left] { left->one_ended(); });
        });
    boost::system::error_code ended;
    while (left->count != 0) co_await left->all_ended.async_wait(asio::redirect_error(asio::use_awaitable, ended));
}

}  // namespace howdah
