#include "howdah/cluster/detail/blocking_member.hpp"

#include <algorithm>
#include <utility>

#include "howdah/blocking/blocking.hpp"
#include "howdah/cluster/probe.hpp"
#include "howdah/core/listening.hpp"

namespace howdah::blocking::detail {

using clustering::urgency;

cluster_member::cluster_member(const cluster_members::member& m, const cluster_options& options,
                               std::shared_ptr<observer> watcher)
    : node{m.config.hosts.front().to_string(), m.options},
      pool{m.config, options.pool, {}, std::move(watcher)},
      probing_{std::make_shared<const connection_config>(clustering::for_probes(m.config, options.probe_timeout))},
      options_{options},
      inbox_{std::make_shared<howdah::core::inbox>(1)} {}

cluster_member::~cluster_member() { stop(); }

void cluster_member::start(clustering::switchboard& board) {
    thread_ = std::jthread{[this, &board](const std::stop_token& stop) { watch(board, stop); }};
}

void cluster_member::stop() noexcept {
    if (!thread_.joinable()) return;
    thread_.request_stop();
    thread_.join();
}

void cluster_member::hurry(enum urgency how) {
    const std::scoped_lock lock{mutex_};
    if (!schedule_.hurry(how)) return;
    waking_.request_stop();
    woken_.notify_all();
}

void cluster_member::watch(clustering::switchboard& board, const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        {
            const std::scoped_lock lock{mutex_};
            schedule_.began(clock::now());
        }
        probe(board, stop);
        rest(board, stop);
    }
    db_.reset();
}

// A connection that is lost may only be this one: the node is gone when another one can't be opened.
void cluster_member::probe(clustering::switchboard& board, const std::stop_token& stop) {
    std::optional<error> failure;
    for (const bool may_reconnect : {true, false}) {
        const bool had_one = db_.has_value();
        try {
            return ask(board, stop);
        } catch (const error& e) {
            failure.emplace(e);
        }
        db_.reset();
        if (stop.stop_requested()) return;
        if (!may_reconnect || !had_one || failure->code() == errc::timed_out) break;
    }
    board.unreachable(*this, *failure);
    if (board.role_of(*this) != node_role::unknown) hurry(urgency::poll);  // it was only late: was it?
}

void cluster_member::ask(clustering::switchboard& board, const std::stop_token& stop) {
    if (db_ && !db_->open()) db_.reset();
    if (!db_) db_.emplace(*probing_, nullptr, stop);
    const auto since = clock::now();
    auto db = db_->with({.timeout = options_.probe_timeout, .stop = stop});
    clustering::probe_answer answer;
    if (!plain_) {
        try {
            answer = clustering::read_probe(db.fetch_one<clustering::probe_row>(clustering::probe_query));
        } catch (const error& e) {
            if (!clustering::is_too_much_asked(e)) throw;
            plain_ = true;
        }
    }
    if (plain_) answer.in_recovery = db.fetch_one<bool>(clustering::plain_probe_query);
    board.probed(*this, answer, clock::now() - since);
}

void cluster_member::rest(clustering::switchboard& board, const std::stop_token& stop) {
    const std::stop_callback when_stopped{stop, [this] {
                                              const std::scoped_lock lock{mutex_};
                                              waking_.request_stop();
                                              woken_.notify_all();
                                          }};
    while (!stop.stop_requested()) {
        clock::time_point due;
        std::stop_token wake;
        const auto usual = board.probe_interval();
        {
            const std::scoped_lock lock{mutex_};
            due = schedule_.due(options_, usual);
            waking_ = {};
            wake = waking_.get_token();
        }
        if (stop.stop_requested() || due <= clock::now()) return;
        rest_until(due, wake);
    }
}

// On the connection, if there is one: its end is news.
void cluster_member::rest_until(clock::time_point due, const std::stop_token& wake) {
    if (!db_) {
        std::unique_lock lock{mutex_};
        woken_.wait_until(lock, due, [&] { return wake.stop_requested(); });
        return;
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(due - clock::now());
    howdah::core::notification_wait call{*inbox_};
    try {
        target{db_->target().core, 0, {.timeout = std::max(left, std::chrono::milliseconds{1}), .stop = wake}}.perform(
            call);
    } catch (const error&) {
        if (!db_->open()) hurry(urgency::poll);  // else it was woken, or it is due
    }
}

}  // namespace howdah::blocking::detail
