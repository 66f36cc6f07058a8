#pragma once
// All that a connection of this driver can be asked for. connection.hpp has what most calls need, and compiles in half the
// time; what it only names is in the headers beside it.

#include "howdah/blocking/connection.hpp"
#include "howdah/blocking/copy.hpp"
#include "howdah/blocking/cursor.hpp"
#include "howdah/blocking/portal.hpp"
#include "howdah/blocking/row_stream.hpp"
#include "howdah/config/connection_config.hpp"
#include "howdah/core/bulk_rows.hpp"
#include "howdah/core/pager.hpp"
#include "howdah/core/pipeline.hpp"
#include "howdah/core/wal_position.hpp"
#include "howdah/observe/observer.hpp"
#include "howdah/sql/result.hpp"
