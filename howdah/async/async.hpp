#pragma once
// All that a connection of this driver can be asked for. connection.hpp has what most calls need, and compiles in half the
// time; what it only names is in the headers beside it.

#include "howdah/async/connection.hpp"
#include "howdah/async/copy.hpp"
#include "howdah/async/cursor.hpp"
#include "howdah/async/portal.hpp"
#include "howdah/async/row_stream.hpp"
#include "howdah/config/connection_config.hpp"
#include "howdah/core/bulk_rows.hpp"
#include "howdah/core/pager.hpp"
#include "howdah/core/pipeline.hpp"
#include "howdah/core/wal_position.hpp"
#include "howdah/observe/observer.hpp"
#include "howdah/sql/result.hpp"
