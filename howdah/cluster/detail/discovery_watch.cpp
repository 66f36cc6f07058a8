#include "howdah/cluster/detail/discovery_watch.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "howdah/cluster/http_get.hpp"
#include "howdah/cluster/patroni.hpp"
#include "howdah/cluster/replication.hpp"

namespace howdah::clustering {

namespace {

const connection_config& first_of(const cluster_members& members) {
    if (members.nodes().empty())
        throw error{errc::invalid_option, "a cluster that discovers nodes needs one to begin with"};
    return members.nodes().front().config;
}

}  // namespace

discovery_watch::discovery_watch(const cluster_members& members, switchboard& board, shell s)
    : how_{*members.discovers()},
      like_{first_of(members)},
      board_{board},
      shell_{std::move(s)},
      plan_{how_.configured_nodes()},
      thread_{[this](const std::stop_token& stop) { watch(stop); }} {}

void discovery_watch::stop() noexcept {
    if (!thread_.joinable()) return;
    thread_.request_stop();
    thread_.join();
}

void discovery_watch::watch(const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any stopped;
    while (!stop.stop_requested()) {
        // Without a primary there is nobody to ask yet, and soon there may be.
        const bool waits = how_.from() == discovery::source::replication && board_.primary() == nullptr;
        if (!waits) look(stop);
        const auto pause = waits ? std::min(how_.interval(), board_.options().search_interval) : how_.interval();
        std::unique_lock lock{mutex};
        stopped.wait_for(lock, stop, pause, [] { return false; });
    }
    db_.reset();
}

void discovery_watch::look(const std::stop_token& stop) {
    try {
        const auto found = find(stop);
        std::vector<std::string> names;
        for (const auto& n : board_.nodes()) names.push_back(n->name());
        const auto primary = board_.primary();
        apply(plan_.compare(found, names, primary == nullptr ? std::string_view{} : primary->name()));
        told_.clear();
    } catch (const error& e) {
        db_.reset();
        if (!stop.stop_requested()) tell(e.what(), e.host());
    } catch (const std::exception& e) {  // of the user's function
        tell(e.what(), {});
    }
}

std::vector<found_node> discovery_watch::find(const std::stop_token& stop) {
    switch (how_.from()) {
        case discovery::source::replication: return ask_primary(stop);
        case discovery::source::patroni: return ask_patroni(stop);
    }
    return {};
}

std::vector<found_node> discovery_watch::ask_primary(const std::stop_token& stop) {
    const auto primary = board_.primary();
    if (primary == nullptr) throw error{errc::no_node, "no primary is known that could be asked for its replicas"};
    connect_to(primary, stop);
    auto db = db_->with({.timeout = how_.limit(), .stop = stop});
    const auto rows = db.fetch_all<replication_row>(replication_query);
    return read_replication(rows, how_.where(), like_.hosts.front().port);
}

void discovery_watch::connect_to(const std::shared_ptr<node>& primary, const std::stop_token& stop) {
    if (db_ && asked_ == primary && db_->open()) return;
    db_.reset();
    auto config = *shell_.config_of(*primary);
    config.connect_timeout = how_.limit();
    db_.emplace(config, nullptr, stop);
    asked_ = primary;
}

// Each has the whole time: one that is silent must not take it from the others.
std::vector<found_node> discovery_watch::ask_patroni(const std::stop_token& stop) {
    const auto& all = how_.endpoints();
    for (std::size_t tried = 1;; ++tried) {
        try {
            return read_patroni_members(http_get(all[next_endpoint_], "/cluster", clock::now() + how_.limit(), stop));
        } catch (const error&) {
            next_endpoint_ = (next_endpoint_ + 1) % all.size();
            if (tried == all.size() || stop.stop_requested()) throw;
        }
    }
}

void discovery_watch::apply(const discovery_plan::changes& changes) {
    for (const auto& at : changes.join) join(at);
    for (const auto& name : changes.leave) leave(name);
}

void discovery_watch::join(const endpoint& at) {
    auto config = like_;
    config.hosts = {at};
    shell_.add({.config = std::move(config), .options = {}});
}

void discovery_watch::leave(const std::string& name) {
    auto was = node_role::unknown;
    for (const auto& n : board_.nodes())
        if (n->name() == name) was = board_.role_of(*n);
    shell_.remove(name);
    observe::tell(board_.watcher().get(), node_event{.node = name,
                                                     .before = was,
                                                     .now = node_role::unknown,
                                                     .reason = "it left the cluster: discovery finds it no more"});
}

// Once, however often it happens.
void discovery_watch::tell(const std::string& trouble, std::string_view host) {
    if (std::exchange(told_, trouble) == trouble) return;
    const auto words = "no nodes were discovered: " + trouble;
    observe::tell(board_.watcher().get(), warning_event{.what = words, .host = host});
}

}  // namespace howdah::clustering
