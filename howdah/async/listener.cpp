#include "howdah/async/listener.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "howdah/core/command_call.hpp"

namespace howdah {
namespace {

namespace asio = boost::asio;

awaitable<void> sleep_for(std::chrono::milliseconds time) {
    asio::steady_timer timer{co_await asio::this_coro::executor, time};
    co_await timer.async_wait(asio::use_awaitable);
}

awaitable<listener> connect_and_listen(std::string conninfo, std::vector<std::string> channels,
                                       listener_options options, std::shared_ptr<observer> watcher) {
    auto db = co_await connect(conninfo, std::move(watcher));
    listener made{std::move(db), options};
    for (auto& c : channels) co_await made.listen(std::move(c));
    co_return made;
}

}  // namespace

listener::listener(connection db, const listener_options& options)
    : db_{std::move(db)}, all_{std::make_unique<core::subscriptions>(options)} {
    db_.target().deliver_to(all_->inbox);
}

awaitable<listener_event> listener::next() {
    for (;;) {
        if (auto event = all_->next_event()) co_return std::move(*event);
        if (!all_->in_force || !db_.open()) {
            co_await reconnect();
            continue;
        }
        core::notification_wait call{*all_->inbox};
        async::waiter w;
        const auto for_ever = async::target{db_.target().core, 0, {.timeout = std::chrono::milliseconds{0}}};
        co_await for_ever.perform(call, w);
        if (call.failure() && db_.open()) async::target::rethrow(call);
    }
}

awaitable<void> listener::reconnect() {
    all_->in_force = false;
    for (std::uint32_t attempt = 1;; ++attempt) {
        co_await sleep_for(all_->backoff(attempt, core::draw()));
        try {
            co_await db_.reconnect();
            all_->inbox->reconnected();  // in front of what comes from here on
            db_.target().deliver_to(all_->inbox);
            auto listened = all_->channels;
            co_await run(all_->commands());
            while (listened != all_->channels) {  // another coroutine has changed them meanwhile
                listened = all_->channels;
                co_await run(all_->commands());
            }
            all_->in_force = true;
            co_return;
        } catch (const error& e) {
            if (e.code() == errc::cancelled || !all_->may_try_again(attempt)) throw;
        }
    }
}

awaitable<void> listener::run(std::vector<std::string> commands) {
    if (commands.empty()) co_return;
    core::command_call call{std::move(commands)};
    async::waiter w;
    co_await db_.target().perform(call, w);
    async::target::rethrow(call);
}

awaitable<void> listener::listen(std::string channel) {
    std::vector<std::string> command{core::listen_command(channel)};
    const bool added = all_->channels.insert(channel).second;
    try {
        if (db_.open()) co_await run(std::move(command));
    } catch (const error&) {
        if (!db_.open()) co_return;  // next() listens to all of them again
        if (added) all_->channels.erase(channel);
        throw;
    }
}

awaitable<void> listener::unlisten(std::string channel) {
    std::vector<std::string> command{core::unlisten_command(channel)};
    all_->channels.erase(channel);
    try {
        if (db_.open()) co_await run(std::move(command));
    } catch (const error&) {
        if (db_.open()) throw;  // a lost connection listens to nothing
    }
}

awaitable<listener> listen(std::string_view conninfo, const name_list& channels, listener_options options,
                           std::shared_ptr<observer> watcher) {
    return connect_and_listen(std::string{conninfo}, {channels.names().begin(), channels.names().end()}, options,
                              std::move(watcher));
}

}  // namespace howdah
