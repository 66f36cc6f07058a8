#pragma once

#include "howdah/core/masked_result.hpp"

namespace howdah::blocking {

/// What the policy shows of `rows`: see masked_result(). Its rules find columns by their tables' names too, for which `db`,
/// a connection, transaction or pool of the database that the rows came from, is asked once; not for rows of no table.
/// Errors: as fetch_all; result_too_large.
template <core::answers_at_once Db>
result masked(Db& db, const result& rows, const redaction& policy) {
    const auto tables = core::tables_of(rows.columns());
    if (tables.empty()) return masked_result(rows, policy);
    const auto found = db.template fetch_all<core::origin_row>(core::origins_statement(), tables);
    return masked_result(rows, policy, core::origins_of(rows.columns(), found));
}

}  // namespace howdah::blocking
