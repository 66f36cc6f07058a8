#include "howdah/cluster/detail/blocking_core.hpp"

#include <algorithm>
#include <utility>

namespace howdah::blocking::detail {
namespace {

cluster_member& member_of(clustering::node& n) { return static_cast<cluster_member&>(n); }

// A thread that waits.
class wake_thread final : public clustering::switchboard::waiter {
public:
    explicit wake_thread(clustering::switchboard& board) : board_{board} {}
    wake_thread(const wake_thread&) = delete;
    wake_thread& operator=(const wake_thread&) = delete;
    ~wake_thread() { board_.dismiss(*this); }

    void wake() noexcept override {
        const std::scoped_lock lock{mutex_};
        woken_ = true;
        changed_.notify_all();
    }
    void sleep(clock::time_point until, const std::stop_token& stop) {
        std::unique_lock lock{mutex_};
        if (until == clock::time_point::max()) changed_.wait(lock, stop, [&] { return woken_; });
        else changed_.wait_until(lock, stop, until, [&] { return woken_; });
    }

private:
    clustering::switchboard& board_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    bool woken_ = false;
};

}  // namespace

cluster_core::cluster_core(const cluster_members& members, const cluster_options& options,
                           std::shared_ptr<observer> watcher)
    : switchboard{members, options, std::move(watcher)}, query_timeout_{clustering::query_timeout_of(members)} {}

cluster_core::~cluster_core() { stop(); }

void cluster_core::add(const cluster_members::member& m) {
    auto made = std::make_shared<cluster_member>(m, options(), watcher());
    switchboard::add(made);
    made->start(*this);
}

bool cluster_core::remove(std::string_view name, std::chrono::milliseconds timeout) {
    const auto n = switchboard::remove(name);
    if (n == nullptr) return false;
    member_of(*n).stop();
    member_of(*n).pool.close(timeout);
    return true;
}

bool cluster_core::close(std::chrono::milliseconds timeout) {
    stop();
    const auto until = clock::now() + timeout;
    bool all_back = true;
    for (const auto& n : nodes()) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - clock::now());
        all_back = member_of(*n).pool.close(std::max(left, std::chrono::milliseconds{0})) && all_back;
    }
    return all_back;
}

void cluster_core::stop() noexcept {
    switchboard::close();
    for (const auto& n : nodes()) member_of(*n).stop();
}

void cluster_core::wait(const clustering::routed_call& c, const std::stop_token& stop) {
    wake_thread w{*this};
    if (enlist(w, c)) w.sleep(c.until(), stop);
    if (stop.stop_requested())
        throw error{error{errc::cancelled, "the call was stopped while it waited for a node"}.at(phase::queue)};
}

void cluster_core::hurry(clustering::node& n, enum clustering::urgency how) { member_of(n).hurry(how); }
void cluster_core::discard(clustering::node& n) { member_of(n).pool.discard_all(); }
void cluster_core::cut_off(clustering::node& n, const error& why) { member_of(n).pool.cut_off(why); }

}  // namespace howdah::blocking::detail
