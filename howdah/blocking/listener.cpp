#include "howdah/blocking/listener.hpp"

#include <algorithm>
#include <thread>

#include "howdah/core/command_call.hpp"

namespace howdah::blocking {

using howdah::core::clock;

listener::listener(const connection_config& config, const name_list& channels, const listener_options& options,
                   const std::shared_ptr<observer>& watcher)
    : db_{config, watcher}, all_{std::make_unique<howdah::core::subscriptions>(options)} {
    db_.target().deliver_to(all_->inbox);
    for (const auto c : channels.names()) listen(c);
}

std::optional<listener_event> listener::next(std::chrono::milliseconds timeout) {
    const auto until = clock::now() + timeout;
    for (bool waited = false;; waited = true) {
        if (auto event = all_->next_event()) return event;
        if (waited && clock::now() >= until) return std::nullopt;
        if (all_->in_force && db_.open()) {
            wait(until);
        } else {
            reconnect(until);
        }
    }
}

void listener::wait(time_point until) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - clock::now());
    howdah::core::notification_wait call{*all_->inbox};
    const detail::target here{db_.target().core, 0, {.timeout = std::max(left, std::chrono::milliseconds{1})}};
    try {
        here.perform(call);
    } catch (const error& e) {
        if (db_.open() && e.code() != errc::timed_out) throw;
    }
}

void listener::reconnect(time_point until) {
    if (attempts_ == 0) next_attempt_ = clock::now();
    std::this_thread::sleep_until(std::min(next_attempt_, until));
    if (clock::now() < next_attempt_) return;
    ++attempts_;
    all_->in_force = false;
    try {
        db_.reconnect();
        all_->inbox->reconnected();  // in front of what comes from here on
        db_.target().deliver_to(all_->inbox);
        run(all_->commands());
        all_->in_force = true;
        attempts_ = 0;
    } catch (const error&) {
        if (!all_->may_try_again(attempts_)) {
            attempts_ = 0;
            throw;
        }
        next_attempt_ = clock::now() + all_->backoff(attempts_ + 1, howdah::core::draw());
    }
}

void listener::run(std::vector<std::string> commands) {
    if (commands.empty()) return;
    howdah::core::command_call call{std::move(commands)};
    db_.target().perform(call);
}

void listener::listen(std::string_view channel) {
    const auto command = howdah::core::listen_command(channel);
    const bool added = all_->channels.emplace(channel).second;
    try {
        if (db_.open()) run({command});
    } catch (const error&) {
        if (!db_.open()) return;  // next() listens to all of them again
        if (added) all_->channels.erase(std::string{channel});
        throw;
    }
}

void listener::unlisten(std::string_view channel) {
    const auto command = howdah::core::unlisten_command(channel);
    all_->channels.erase(std::string{channel});
    try {
        if (db_.open()) run({command});
    } catch (const error&) {
        if (db_.open()) throw;  // a lost connection listens to nothing
    }
}

}  // namespace howdah::blocking
