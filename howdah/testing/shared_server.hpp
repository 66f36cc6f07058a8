#pragma once

#include "howdah/testing/server_address.hpp"

namespace howdah::testing {

/// The server that the tests of one run share: TLS on, the role app by SCRAM. The environment's HOWDAH_TEST_SERVER
/// names the file that `howdah sandbox start --json` wrote; without it (a test run by hand) a server is started for
/// this process. Tests run in parallel on it: each makes schemas or tables of its own name and drops them.
/// Throws error if the file names a server that is not there.
const server_address& shared_server();

}  // namespace howdah::testing
