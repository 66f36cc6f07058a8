#pragma once

#include "howdah/async/awaitable.hpp"
#include "howdah/core/masked_result.hpp"

namespace howdah {

/// What the policy shows of `rows`: see masked_result(). Its rules find columns by their tables' names too, for which `db`,
/// a connection, transaction or pool of the database that the rows came from, is asked once; not for rows of no table.
/// All three must outlive the call. Errors: as fetch_all; result_too_large.
template <class Db>
    requires(!core::answers_at_once<Db>)
awaitable<result> masked(Db& db, const result& rows, const redaction& policy) {
    const auto tables = core::tables_of(rows.columns());
    if (tables.empty()) co_return masked_result(rows, policy);
    const auto found = co_await db.template fetch_all<core::origin_row>(core::origins_statement(), tables);
    co_return masked_result(rows, policy, core::origins_of(rows.columns(), found));
}

}  // namespace howdah
