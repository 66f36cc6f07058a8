#include "howdah/cluster/switchboard.hpp"

#include <algorithm>
#include <utility>

#include "howdah/base/generated/sqlstates.hpp"
#include "howdah/core/retry.hpp"

namespace howdah::clustering {
namespace {

session_tokens tokens_of(const cluster_members& m) {
    return m.key().empty() ? session_tokens::with_random_key() : session_tokens{m.key()};
}

error given_up(const node& n, const std::string& reason) {
    return error{errc::connection_closed, "the cluster has given up its node " + n.name() + ": " + reason};
}

error closed_error() { return error{errc::pool_closed, "the cluster is closed, or about to be"}; }

}  // namespace

switchboard::switchboard(const cluster_members& members, const cluster_options& options,
                         std::shared_ptr<observer> watcher)
    : options_{options},
      writing_functions_{members.functions()},
      tokens_{tokens_of(members)},
      watcher_{std::move(watcher)},
      topology_{options, members.zone(), core::draw} {}

// Calls.

routed_call::kind switchboard::kind_of(const statement_text& text) const noexcept {
    const bool reads = text.reads() && (writing_functions_.empty() || !calls_any(text.text(), writing_functions_));
    return reads ? routed_call::kind::read : routed_call::kind::write;
}

routed_call::step switchboard::next(routed_call& c) {
    auto step = routed_call::step::run;
    {
        const std::scoped_lock lock{mutex_};
        if (closed_) throw error{closed_error()};
        step = c.next(topology_, clock::now());
        if (step == routed_call::step::refuse) throw error{c.refusal(topology_)};
    }
    if (step == routed_call::step::wait) hurry_all(c.urgency());
    return step;
}

void switchboard::succeeded(routed_call& c) noexcept {
    const std::scoped_lock lock{mutex_};
    c.succeeded(topology_, clock::now());
}

bool switchboard::failed(routed_call& c, const error& e, std::string_view statement) {
    const auto n = c.on();
    if (!note_failure(c, e)) return false;
    {
        const std::scoped_lock lock{mutex_};
        ++reroutes_;
    }
    observe::tell(watcher_.get(), reroute_event{.statement = statement, .from = n->name(), .failure = &e});
    return true;
}

void switchboard::ended(routed_call& c, const error& e) { (void)note_failure(c, e); }

bool switchboard::note_failure(routed_call& c, const error& e) {
    const auto n = c.on();
    std::unique_lock lock{mutex_};
    const bool again = c.failed(topology_, e, clock::now());
    lock.unlock();
    if (c.urgency() != urgency::none) hurry(*n, urgency::poll);
    return again;
}

void switchboard::abandoned(routed_call& c) noexcept {
    if (!c.running()) return;
    const std::scoped_lock lock{mutex_};
    c.abandoned(topology_, clock::now());
}

bool switchboard::enlist(waiter& w, const routed_call& c) {
    const std::scoped_lock lock{mutex_};
    if (closed_ || topology_.version() != c.seen()) return false;
    waiting_.push_back(w);
    return true;
}

void switchboard::dismiss(waiter& w) noexcept {
    const std::scoped_lock lock{mutex_};
    if (w.is_linked()) waiting_.erase(waiting_.iterator_to(w));
}

// Monitors.

void switchboard::probed(node& n, const probe_answer& answer, clock::duration round_trip) {
    std::unique_lock lock{mutex_};
    topology_.probed(n, answer, round_trip, clock::now());
    publish(std::move(lock));
}

void switchboard::unreachable(node& n, const error& why) {
    std::unique_lock lock{mutex_};
    topology_.unreachable(n, why, clock::now());
    publish(std::move(lock));
}

clock::duration switchboard::probe_interval() const {
    const std::scoped_lock lock{mutex_};
    return topology_.probe_interval();
}

// Connections are cleared before those who wait are woken, so that nobody is lent a dead one.
void switchboard::publish(std::unique_lock<std::mutex> lock) {
    std::vector<news> all;
    while (auto one = topology_.next_news()) all.push_back(std::move(*one));
    if (!all.empty()) {
        lock.unlock();
        for (const auto& one : all) tell(one);
        lock.lock();
    }
    for (auto& w : waiting_) w.wake();
    const bool searching = topology_.primary() == nullptr;
    lock.unlock();
    const bool lost_primary = std::ranges::any_of(
        all, [](const news& n) { return n.what == news::kind::role && n.before == node_role::primary; });
    if (searching && lost_primary) hurry_all(urgency::search);
}

void switchboard::tell(const news& n) {
    using std::chrono::duration_cast, std::chrono::microseconds;
    switch (n.what) {
        case news::kind::role:
            switch (n.left) {
                case connections::kept: break;
                case connections::discarded: discard(*n.who); break;
                case connections::cut_off: cut_off(*n.who, given_up(*n.who, n.reason)); break;
            }
            observe::tell(watcher_.get(),
                          node_event{.node = n.who->name(), .before = n.before, .now = n.now, .reason = n.reason});
            return;
        case news::kind::primary:
            observe::tell(watcher_.get(),
                          failover_event{.before = n.other == nullptr ? std::string_view{} : n.other->name(),
                                         .now = n.who->name(),
                                         .without_one = duration_cast<microseconds>(n.without_primary)});
            return;
        case news::kind::conflict:
            if (n.who == nullptr || n.other == nullptr) return;  // one of them was removed meanwhile
            observe::tell(watcher_.get(), primary_conflict_event{.believed = n.who->name(),
                                                                 .refused = n.other->name(),
                                                                 .believed_timeline = n.timeline,
                                                                 .refused_timeline = n.other_timeline});
            return;
    }
}

void switchboard::hurry_all(enum urgency how) {
    if (how == urgency::none) return;
    for (const auto& n : nodes()) hurry(*n, how);
}

// Nodes.

void switchboard::add(std::shared_ptr<node> n) {
    const std::scoped_lock lock{mutex_};
    if (closed_) throw error{closed_error()};
    topology_.add(std::move(n));
}

std::shared_ptr<node> switchboard::remove(std::string_view name) {
    std::unique_lock lock{mutex_};
    auto n = topology_.find(name);
    if (n == nullptr) return nullptr;
    topology_.remove(*n, clock::now());
    publish(std::move(lock));
    return n;
}

std::vector<std::shared_ptr<node>> switchboard::nodes() const {
    const std::scoped_lock lock{mutex_};
    return topology_.nodes();
}

std::shared_ptr<node> switchboard::primary() const {
    const std::scoped_lock lock{mutex_};
    return topology_.primary();
}

node_role switchboard::role_of(const node& n) const {
    const std::scoped_lock lock{mutex_};
    return n.role();
}

std::uint64_t switchboard::system_of(const node& n) const {
    const std::scoped_lock lock{mutex_};
    return n.system();
}

std::vector<node_status> switchboard::status() const {
    const std::scoped_lock lock{mutex_};
    return topology_.status(clock::now());
}

std::uint64_t switchboard::reroutes() const {
    const std::scoped_lock lock{mutex_};
    return reroutes_;
}

session_point switchboard::read_token(std::string_view token) const {
    const auto point = tokens_.read(token);
    if (!point)
        throw error{errc::invalid_session_token,
                    "the session token was not made with this cluster's key, or was changed: begin a session anew"};
    const std::scoped_lock lock{mutex_};
    if (point->system != 0 && topology_.system() != 0 && point->system != topology_.system())
        throw error{errc::invalid_session_token,
                    "the session token is of another database system: begin a session anew"};
    return *point;
}

void switchboard::close() {
    const std::scoped_lock lock{mutex_};
    closed_ = true;
    for (auto& w : waiting_) w.wake();
}

bool switchboard::closed() const {
    const std::scoped_lock lock{mutex_};
    return closed_;
}

std::chrono::milliseconds query_timeout_of(const cluster_members& m) noexcept {
    return m.nodes().empty() ? std::chrono::milliseconds{30'000} : m.nodes().front().config.query_timeout;
}

std::optional<std::chrono::milliseconds> passage::left_of(std::optional<std::chrono::milliseconds> timeout) const {
    if (!call_.repeated() || call_.deadline() == clock::time_point::max()) return timeout;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(call_.deadline() - clock::now());
    return std::max(left, std::chrono::milliseconds{1});
}

}  // namespace howdah::clustering
