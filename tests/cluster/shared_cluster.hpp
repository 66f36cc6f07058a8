#pragma once

#include <string>

#include "howdah/testing/server.hpp"

namespace howdah::test {

/// A primary and two replicas, one a process: tests leave it as they found it.
testing::server& shared_cluster();

/// One conninfo for the whole of a server's nodes: the primary first.
std::string cluster_dsn(testing::server& s);

/// "127.0.0.1:5432", as a cluster names its nodes.
std::string name_of(testing::node& n);

}  // namespace howdah::test
