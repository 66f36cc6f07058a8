#include "howdah/ops/inventory.hpp"

#include <algorithm>

#include "howdah/base/error.hpp"
#include "howdah/ops/status_json.hpp"

namespace howdah {
namespace {

template <class Answer, class Questions>
std::vector<std::pair<std::string, Answer>> ask_all(const Questions& questions) {
    std::vector<std::pair<std::string, Answer>> out;
    for (const auto& [name, ask] : questions) out.emplace_back(name, ask());
    return out;
}

}  // namespace

void inventory::add_pool(std::string name, pool_question ask) {
    if (!ask) throw error{errc::invalid_option, "a pool of an inventory needs a function that gives its status"};
    const std::lock_guard lock{mutex_};
    pools_.insert_or_assign(std::move(name), std::move(ask));
}

void inventory::add_cluster(std::string name, cluster_question ask) {
    if (!ask) throw error{errc::invalid_option, "a cluster of an inventory needs a function that gives its status"};
    const std::lock_guard lock{mutex_};
    clusters_.insert_or_assign(std::move(name), std::move(ask));
}

void inventory::remove(std::string_view name) {
    const std::lock_guard lock{mutex_};
    if (const auto found = pools_.find(name); found != pools_.end()) pools_.erase(found);
    if (const auto found = clusters_.find(name); found != clusters_.end()) clusters_.erase(found);
}

std::vector<std::pair<std::string, pool_status>> inventory::pools() const {
    const std::lock_guard lock{mutex_};
    return ask_all<pool_status>(pools_);
}

std::vector<std::pair<std::string, std::vector<node_status>>> inventory::clusters() const {
    const std::lock_guard lock{mutex_};
    return ask_all<std::vector<node_status>>(clusters_);
}

std::vector<std::string> inventory::troubles() const {
    std::vector<std::string> out;
    for (const auto& [name, s] : pools())
        // One that nobody has needed yet has no connection and no error.
        if (s.size == 0 && s.last_error)
            out.push_back("pool " + name + " has no connection: " + std::string{ops::words_of(*s.last_error)});
    for (const auto& [name, nodes] : clusters())
        if (std::ranges::none_of(nodes, [](const auto& n) { return n.role.what == node_role::primary; }))
            out.push_back("cluster " + name + " has no primary");
    return out;
}

}  // namespace howdah
