// What a shard does to its connections.

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <utility>

#include "howdah/async/lending.hpp"
#include "howdah/pool/detail/shard.hpp"
#include "howdah/pool/recycling.hpp"

namespace howdah::pooling {
namespace {

namespace asio = boost::asio;

error as_error(const std::exception_ptr& thrown) {
    try {
        std::rethrow_exception(thrown);
    } catch (const error& e) {
        return e;
    } catch (const std::exception& e) {
        return error{errc::hook_failed, std::string{"a hook of the pool threw: "} + e.what()};
    } catch (...) {
        return error{errc::hook_failed, "a hook of the pool threw something that is no std::exception"};
    }
}

// A hook that runs; it may outlast whoever waits for it.
struct hook_run {
    explicit hook_run(const asio::any_io_executor& on) : timer{on} {}

    asio::steady_timer timer;
    asio::cancellation_signal stop;
    std::exception_ptr failure;
    bool done = false;
};

async::target within(const pooled& s, std::chrono::milliseconds timeout) {
    return async::target{.core = s.db->target().core, .options = {.timeout = timeout}};
}

error why_broken(const pooled& s) {
    const auto& core = s.db->target().core;
    if (core == nullptr) return error{errc::hook_failed, "a hook of the pool has moved its connection away"};
    return async::closed_by(*core);
}

}  // namespace

void shard::begin(pooled& s) {
    const auto failure = std::make_shared<std::optional<error>>();
    asio::co_spawn(
        executor_,
        [self = shared_from_this(), &s, failure]() -> awaitable<void> {
            try {
                co_await self->perform(s);
            } catch (...) {
                *failure = as_error(std::current_exception());
            }
        },
        asio::bind_cancellation_slot(
            s.stop->slot(), [self = shared_from_this(), &s, failure, stop = s.stop](const std::exception_ptr&) {
                asio::post(self->executor_, [self, &s, failure, stop] { self->report(s, *failure); });
            }));
}

awaitable<void> shard::perform(pooled& s) {
    switch (s.task()) {
        case task::none: co_return;
        case task::connect: co_return co_await connect(s);
        case task::prepare: co_return co_await prepare(s);
        case task::check: co_return co_await ping(s);
        case task::recover: co_return co_await recover(s);
        case task::close: co_return co_await close(s);
    }
}

// A connection may have ended behind its task's last look at it.
void shard::report(pooled& s, std::optional<error> failure) {
    if (!failure && s.db != nullptr && s.condition() == condition::broken) failure = why_broken(s);
    {
        const std::scoped_lock lock{mutex_};
        policy_.finished(s, std::move(failure), clock::now());
    }
    settle();
}

awaitable<void> shard::connect(pooled& s) {
    auto made = co_await async::connect(setup_->config, setup_->watcher, setup_->shared);
    s.db = std::make_shared<connection>(std::move(made));
    s.process_id = s.db->process_id();
    async::when_lost(*s.db->target().core, [weak = weak_from_this(), &s] {
        if (const auto self = weak.lock()) self->on_lost(&s);
    });
    co_await run(setup_->hooks.after_connect, s);
    if (!setup_->hooks.prepare.empty()) co_await async::prepare(s.db->target().core, setup_->hooks.prepare);
    tell(s, pool_change::opened);
}

awaitable<void> shard::prepare(pooled& s) {
    if (s.is_stale()) co_await ping(s);
    co_await run(setup_->hooks.before_acquire, s);
}

awaitable<void> shard::recover(pooled& s) {
    async::evict_holder(*s.db->target().core);
    if (s.condition() != condition::clean) co_await ping(s);  // fails if it has ended meanwhile
    if (options().on_return == recycle::clean) {
        script cleaning{cleaning_script};
        (void)co_await async::target::run(within(s, options().ping_timeout), std::move(cleaning));
    }
    co_await run(setup_->hooks.after_release, s);
}

awaitable<void> shard::close(pooled& s) {
    try {
        if (s.db->open()) co_await run(setup_->hooks.before_close, s);
    } catch (...) {
        const auto why = as_error(std::current_exception());
        observe::tell(setup_->watcher.get(), warning_event{.what = why.what(), .host = {}});
    }
    tell(s, pool_change::closed);
    s.db->close();
}

awaitable<void> shard::ping(const pooled& s) const { return async::ping(s.db->target().core, options().ping_timeout); }

awaitable<void> shard::run(const pool_hooks::hook& hook, const pooled& s) const {
    if (hook == nullptr) co_return;
    const auto r = std::make_shared<hook_run>(executor_);
    r->timer.expires_after(options().hook_timeout);
    asio::co_spawn(
        executor_, hook(*s.db),
        asio::bind_cancellation_slot(r->stop.slot(), [r, db = s.db, setup = setup_](const std::exception_ptr& failure) {
            r->failure = failure;
            r->done = true;
            r->timer.cancel();
        }));
    boost::system::error_code ended;
    co_await r->timer.async_wait(asio::redirect_error(asio::use_awaitable, ended));
    if (r->failure) std::rethrow_exception(r->failure);
    if (r->done && s.condition() == condition::clean) co_return;
    if (r->done)
        throw error{
            errc::hook_failed,
            "a hook of the pool left its connection closed, or something open on it: it has to end what it begins"};
    asio::post(executor_, [r] { r->stop.emit(asio::cancellation_type::terminal); });
    throw error{errc::timed_out, "a hook of the pool took longer than hook_timeout: it was cancelled"};
}

}  // namespace howdah::pooling
