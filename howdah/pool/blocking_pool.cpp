#include "howdah/pool/blocking_pool.hpp"

#include <algorithm>
#include <utility>

#include "howdah/core/warm_up.hpp"
#include "howdah/pool/detail/pool_core.hpp"

namespace howdah::blocking {
namespace detail {
namespace {

/// What is left of a call's budget for the call itself; at least a moment, so that it says itself that it was too late.
call_options rest_of(call_options o, pooling::clock::time_point since) {
    using std::chrono::duration_cast, std::chrono::milliseconds;
    if (!o.timeout || o.timeout->count() <= 0) return o;
    const auto gone = duration_cast<milliseconds>(pooling::clock::now() - since);
    o.timeout = std::max(*o.timeout - gone, milliseconds{1});
    return o;
}

}  // namespace

slot_lease::slot_lease(pool_core& of, const pooling::place& where, const call_options& o) : pool_{&of} {
    const auto since = pooling::clock::now();
    slot_ = &of.acquire(where, wish_of(of, o));
    to_ = target{slot_->core(), 0, rest_of(o, since)};
    if (of.is_watched())
        to_.acquiring = std::chrono::duration_cast<howdah::core::acquire_time>(pooling::clock::now() - since);
}

slot_lease::~slot_lease() {
    to_ = {};
    pool_->release(*slot_);
}

void pool_target::run(const pool_target& t, pipeline& steps) {
    const slot_lease held{*t.pool, pooling::place::of("a pipeline"), t.options};
    target::run(held.to(), steps);
}

std::vector<result> pool_target::run(const pool_target& t, const script& statements) {
    const slot_lease held{*t.pool, pooling::place::of(statements.text().text()), t.options};
    return target::run(held.to(), statements);
}

target pool_target::later(std::string_view statement) const {
    return {nullptr, 0, options,
            std::make_shared<pool_lender>(pool->shared_from_this(), std::string{statement}, options)};
}

copy_in_stream pool_target::copy_in(const pool_target& t, const statement_text& text) {
    return target::copy_in(t.later(text.text()), text);
}

copy_out_stream pool_target::copy_out(const pool_target& t, const statement_text& text) {
    return target::copy_out(t.later(text.text()), text);
}

}  // namespace detail

// Connections.

pooled_connection& pooled_connection::operator=(pooled_connection&& other) noexcept {
    if (this != &other) {
        release();
        pool_ = std::move(other.pool_);
        slot_ = std::exchange(other.slot_, nullptr);
    }
    return *this;
}

connection& pooled_connection::operator*() const noexcept { return slot_->connection(); }

void pooled_connection::release() noexcept {
    if (slot_ == nullptr) return;
    pool_->release(*std::exchange(slot_, nullptr));
    pool_.reset();
}

// Pools.

namespace {

detail::pool_ways ways_of(const connection_config& config, pool_hooks&& hooks, std::shared_ptr<observer>&& watcher) {
    howdah::core::require_preparable(hooks.prepare, config);
    return {.hooks = std::move(hooks), .watcher = std::move(watcher)};
}

}  // namespace

pool::pool(const connection_config& config, const pool_options& options, pool_hooks hooks,
           std::shared_ptr<observer> watcher)
    : core_{std::make_shared<detail::pool_core>(config, options,
                                                ways_of(config, std::move(hooks), std::move(watcher)))},
      target_{.pool = core_.get()} {}

pool::~pool() { core_->stop(); }

pooled_connection pool::acquire(std::source_location where) {
    return {core_, core_->acquire(pooling::place::of(where), {})};
}

pooled_connection pool::acquire(duration timeout, std::stop_token stop, std::source_location where) {
    return {core_, core_->acquire(pooling::place::of(where), {.at_most = timeout, .stop = std::move(stop)})};
}

transaction pool::begin(const transaction_options& options, std::source_location where) {
    options.validate();
    auto& slot = core_->acquire(pooling::place::of(where), {});
    auto held = std::make_shared<detail::pool_lender>(core_, slot);
    return detail::begin({slot.core(), 0, {}, std::move(held)}, options);
}

void pool::reconfigure(const pool_options& options) {
    core_->command([&](auto& p, auto now) { p.reconfigure(options, now); });
}

void pool::renew_credentials() {
    core_->command([](auto& p, auto now) { p.renew_credentials(now); });
}

void pool::renew_credentials(const connection_config& config) { core_->connect_as(config); }

void pool::discard_all() {
    core_->command([](auto& p, auto now) { p.discard_all(now); });
}

void pool::cut_off(const error& why) { core_->cut_off(why); }

void pool::try_now() {
    core_->command([](auto& p, auto now) { p.try_now(now); });
}

bool pool::drain(duration timeout) { return core_->end(pooling::policy::ending::drain, timeout); }
bool pool::close(duration timeout) { return core_->end(pooling::policy::ending::close, timeout); }
pool_status pool::status() const { return core_->status(); }

}  // namespace howdah::blocking
