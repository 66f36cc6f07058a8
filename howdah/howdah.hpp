#pragma once
// All that most programs need. What costs compile time for its own sake is apart: howdah/sql/described_row.hpp,
// howdah/types/describe.hpp.

#include "howdah/async/async.hpp"
#include "howdah/async/listener.hpp"
#include "howdah/async/resolve_commit.hpp"
#include "howdah/auth/callback_credentials.hpp"
#include "howdah/auth/command_credentials.hpp"
#include "howdah/auth/environment_credentials.hpp"
#include "howdah/auth/passfile_credentials.hpp"
#include "howdah/auth/rds_credentials.hpp"
#include "howdah/auth/static_credentials.hpp"
#include "howdah/blocking/blocking.hpp"
#include "howdah/blocking/listener.hpp"
#include "howdah/blocking/resolve_commit.hpp"
#include "howdah/cluster/blocking_cluster.hpp"
#include "howdah/cluster/cluster.hpp"
#include "howdah/config/conninfo.hpp"
#include "howdah/pool/blocking_pool.hpp"
#include "howdah/pool/databases.hpp"
#include "howdah/pool/pool.hpp"
#include "howdah/types/types.hpp"
