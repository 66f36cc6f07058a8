#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "howdah/cluster/node.hpp"
#include "howdah/pool/pool_status.hpp"

namespace howdah {

/// The pools and clusters of a process, by the names that operators know them by. For any thread.
///
///     auto all = std::make_shared<howdah::inventory>();
///     all->add_pool("shop", [&db] { return db.status(); });
class inventory {
public:
    using pool_question = std::function<pool_status()>;
    using cluster_question = std::function<std::vector<node_status>()>;

    /// Asked by whoever looks, from its thread, one at a time. A name that is there is replaced.
    void add_pool(std::string name, pool_question ask);
    void add_cluster(std::string name, cluster_question ask);
    /// From here on nobody asks it: to be called before it goes.
    void remove(std::string_view name);

    std::vector<std::pair<std::string, pool_status>> pools() const;
    std::vector<std::pair<std::string, std::vector<node_status>>> clusters() const;

    /// Why calls can't be served, one reason each; empty: they can. A pool that can't connect, or a cluster without a primary.
    std::vector<std::string> troubles() const;

private:
    mutable std::mutex mutex_;
    std::map<std::string, pool_question, std::less<>> pools_;
    std::map<std::string, cluster_question, std::less<>> clusters_;
};

}  // namespace howdah
