#include "tests/cluster/shared_cluster.hpp"

namespace howdah::test {

testing::server& shared_cluster() {
    // Else a replica gets what was committed only with the next flush in the background.
    static testing::server s{{.auth = testing::auth::trust, .replicas = 2, .settings = {{"synchronous_commit", "on"}}}};
    return s;
}

std::string name_of(testing::node& n) { return testing::node::host() + ":" + std::to_string(n.port()); }

std::string cluster_dsn(testing::server& s) {
    std::string hosts = name_of(s.primary());
    for (std::size_t i = 0; i < s.replica_count(); ++i) hosts += "," + name_of(s.replica(i));
    return "postgresql://app@" + hosts + "/app?sslmode=disable";
}

}  // namespace howdah::test
