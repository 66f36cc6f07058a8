#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "howdah/blocking/connection.hpp"
#include "howdah/cluster/cluster_members.hpp"
#include "howdah/cluster/discovery_plan.hpp"
#include "howdah/cluster/switchboard.hpp"

namespace howdah::clustering {

/// Looks for nodes, on a thread of its own for both drivers: no call waits for what it does.
class discovery_watch {
public:
    /// What differs between the drivers. Called by the thread.
    struct shell {
        std::function<void(const cluster_members::member&)> add;
        std::function<void(const std::string&)> remove;
        std::function<std::shared_ptr<const connection_config>(const node&)> config_of;  // a monitor's
    };

    /// `board` lives longer. The members say how to look, and their first what nodes are like.
    discovery_watch(const cluster_members& members, switchboard& board, shell s);
    discovery_watch(const discovery_watch&) = delete;
    discovery_watch& operator=(const discovery_watch&) = delete;
    ~discovery_watch() { stop(); }

    /// Waits until the thread has ended, which it does at once.
    void stop() noexcept;

private:
    void watch(const std::stop_token& stop);
    void look(const std::stop_token& stop);
    std::vector<found_node> find(const std::stop_token& stop);
    std::vector<found_node> ask_primary(const std::stop_token& stop);
    std::vector<found_node> ask_patroni(const std::stop_token& stop);
    void connect_to(const std::shared_ptr<node>& primary, const std::stop_token& stop);
    void apply(const discovery_plan::changes& changes);
    void join(const endpoint& at);
    void leave(const std::string& name);
    void tell(const std::string& trouble, std::string_view host);

    const discovery how_;
    const connection_config like_;
    switchboard& board_;
    const shell shell_;
    discovery_plan plan_;
    std::shared_ptr<node> asked_;  // that db_ is connected to
    std::optional<blocking::connection> db_;
    std::size_t next_endpoint_ = 0;
    std::string told_;  // the last trouble, until it is over
    std::jthread thread_;
};

}  // namespace howdah::clustering
