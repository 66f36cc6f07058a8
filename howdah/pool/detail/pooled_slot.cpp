#include "howdah/pool/detail/pooled_slot.hpp"

#include <exception>
#include <string>
#include <utility>

#include "howdah/blocking/lending.hpp"
#include "howdah/pool/recycling.hpp"
#include "howdah/sql/script.hpp"

namespace howdah::blocking::detail {

pooling::condition pooled_slot::condition() const noexcept {
    if (core() == nullptr) return pooling::condition::broken;  // moved from
    switch (left_on(*core())) {
        case howdah::core::remains::nothing: return pooling::condition::clean;
        case howdah::core::remains::something: return pooling::condition::untidy;
        case howdah::core::remains::no_connection: break;
    }
    return pooling::condition::broken;
}

std::uint32_t pooled_slot::process_id() const noexcept { return detail::process_id(*opened_); }

void pooled_slot::connect(std::shared_ptr<const connection_config> config, const pool_ways& ways,
                          const std::stop_token& stop) {
    opened_ = open(std::move(config), ways.watcher, ways.shared, stop);
    connection_.emplace(opened_);
    try {
        run(ways.hooks.after_connect, "after_connect");
        if (!ways.hooks.prepare.empty()) detail::prepare(core(), ways.hooks.prepare);
    } catch (...) {
        if (connection_->open()) connection_->close();
        throw;
    }
}

void pooled_slot::prepare(const pool_options& options, const pool_ways& ways) {
    if (is_stale()) ping(core(), options.ping_timeout);
    run(ways.hooks.before_acquire, "before_acquire");
}

void pooled_slot::check(const pool_options& options) { ping(core(), options.ping_timeout); }

void pooled_slot::recover(const pool_options& options, const pool_ways& ways) {
    if (condition() != pooling::condition::clean) {
        evict_holder(*core());
        ping(core(), options.ping_timeout);
    }
    if (options.on_return == recycle::clean) {
        (void)target::run({core(), 0, {.timeout = options.ping_timeout}}, script{pooling::cleaning_script});
    }
    run(ways.hooks.after_release, "after_release");
}

void pooled_slot::close(const pool_ways& ways) {
    const struct closing {
        blocking::connection& of;
        ~closing() {
            if (of.open()) of.close();
        }
    } at_the_end{*connection_};
    if (connection_->open() && !interrupted_) run(ways.hooks.before_close, "before_close");
}

void pooled_slot::interrupt(std::optional<error> why) noexcept {
    interrupted_ = true;
    detail::interrupt(*opened_, std::move(why));
}

void pooled_slot::run(const std::function<void(blocking::connection&)>& hook, const char* name) {
    if (!hook) return;
    try {
        hook(*connection_);
    } catch (const error& e) {
        throw error{error{e}.prefixed(std::string{name} + ": ")};
    } catch (const std::exception& e) {
        throw error{errc::hook_failed, std::string{name} + ": " + e.what()};
    } catch (...) {
        throw error{errc::hook_failed, std::string{name} + " threw what is no std::exception"};
    }
    if (condition() != pooling::condition::clean)
        throw error{errc::hook_failed,
                    std::string{name} + " left its connection closed, or something open on it: end what it begins"};
}

}  // namespace howdah::blocking::detail
