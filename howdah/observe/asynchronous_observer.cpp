#include "howdah/observe/asynchronous_observer.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

#include "howdah/observe/detail/kept_event.hpp"

namespace howdah {

void asynchronous_observer_options::validate() const {
    if (max_events == 0 || max_bytes == 0) throw error{errc::invalid_option, "an asynchronous_observer needs room"};
    if (linger.count() < 0) throw error{errc::invalid_option, "asynchronous_observer_options::linger is negative"};
}

struct asynchronous_observer::state {
    using event = std::unique_ptr<const observe::kept_event>;

    state(std::shared_ptr<observer> whom, const asynchronous_observer_options& o) : to{std::move(whom)}, options{o} {}

    const std::shared_ptr<observer> to;
    const asynchronous_observer_options options;
    mutable std::mutex mutex;
    std::condition_variable news, passed_on;
    std::deque<event> queue;
    std::size_t bytes = 0;               // in the queue
    std::uint64_t queued = 0, told = 0;  // events, ever
    std::uint64_t dropped = 0;
    bool ending = false, ended = false;

    void push(event e) {
        {
            const std::lock_guard lock{mutex};
            const auto size = e->size();
            if (queue.size() >= options.max_events || size > options.max_bytes - bytes) {
                ++dropped;
                return;
            }
            queue.push_back(std::move(e));
            bytes += size;
            ++queued;
        }
        news.notify_one();
    }

    // What is dropped is told in front of the next event: there is one, since the queue was full.
    void run() {
        std::uint64_t dropped_and_told = 0;
        std::unique_lock lock{mutex};
        for (;;) {
            news.wait(lock, [&] { return ending || !queue.empty(); });
            if (queue.empty()) break;
            const auto next = std::move(queue.front());
            queue.pop_front();
            bytes -= next->size();
            const auto missed = dropped;
            lock.unlock();
            if (std::exchange(dropped_and_told, missed) != missed)
                observe::tell(to.get(), events_dropped_event{.dropped = missed});
            next->tell(*to);
            lock.lock();
            ++told;
            passed_on.notify_all();
        }
        ended = true;
        passed_on.notify_all();
    }
};

asynchronous_observer::asynchronous_observer(std::shared_ptr<observer> to,
                                             const asynchronous_observer_options& options) {
    options.validate();
    if (to == nullptr) throw error{errc::invalid_option, "an asynchronous_observer needs an observer to tell"};
    state_ = std::make_shared<state>(std::move(to), options);
    std::thread{[s = state_] { s->run(); }}.detach();
}

asynchronous_observer::~asynchronous_observer() {
    std::unique_lock lock{state_->mutex};
    state_->ending = true;
    state_->news.notify_all();
    state_->passed_on.wait_for(lock, state_->options.linger, [&] { return state_->ended; });
    state_->queue.clear();  // whoever blocks still will find nothing more to do
    state_->bytes = 0;
}

std::optional<error> asynchronous_observer::objection(const query_start_event& e) { return state_->to->objection(e); }
void asynchronous_observer::comment(const query_start_event& e, statement_comment& out) { state_->to->comment(e, out); }
const redaction* asynchronous_observer::shown_parameters() const noexcept { return state_->to->shown_parameters(); }

bool asynchronous_observer::flush(std::chrono::milliseconds longest) {
    std::unique_lock lock{state_->mutex};
    const auto all = state_->queued;
    return state_->passed_on.wait_for(lock, longest, [&] { return state_->told >= all; });
}

std::uint64_t asynchronous_observer::dropped() const {
    const std::lock_guard lock{state_->mutex};
    return state_->dropped;
}

template <class Event>
void asynchronous_observer::all(const Event& e) {
    state_->push(std::make_unique<const observe::kept<Event>>(e, state_->options.longest_text));
}

}  // namespace howdah
