#include "howdah/core/column_origins.hpp"

#include <algorithm>

namespace howdah::core {

unsafe_sql origins_statement() {
    static const unsafe_sql statement{"select a.attrelid, a.attnum, n.nspname || '.' || c.relname, a.attname::text"
                                      " from pg_catalog.pg_attribute a join pg_catalog.pg_class c on c.oid = a.attrelid"
                                      " join pg_catalog.pg_namespace n on n.oid = c.relnamespace"
                                      " where a.attnum > 0 and a.attrelid = any($1)"};
    return statement;
}

std::vector<oid> tables_of(std::span<const column> columns) {
    std::vector<oid> out;
    for (const auto& c : columns)
        if (c.table != 0) out.push_back(oid{c.table});
    std::ranges::sort(out);
    const auto [again, end] = std::ranges::unique(out);
    out.erase(again, end);
    return out;
}

std::vector<column_origin> origins_of(std::span<const column> columns, const std::vector<origin_row>& found) {
    std::vector<column_origin> out;
    out.reserve(columns.size());
    for (const auto& c : columns) {
        const auto is_its = [&c](const origin_row& r) { return r.table == oid{c.table} && r.attribute == c.attribute; };
        const auto at = std::ranges::find_if(found, is_its);
        out.push_back(at == found.end() ? column_origin{} : column_origin{at->table_name, at->attribute_name});
    }
    return out;
}

}  // namespace howdah::core
