#include "howdah/tools/result_types.hpp"

#include <cstdint>
#include <vector>

#include "howdah/types/types.hpp"

namespace howdah::tools {
namespace {

struct catalog_row {
    std::int64_t type, element;
    std::string delimiter;
};

}  // namespace

result_types::result_types(const blocking::detail::target& server, std::span<const column> columns) {
    std::vector<std::int64_t> asked;
    for (const auto& c : columns)
        if (is_user_defined(c.type)) asked.push_back(static_cast<std::int64_t>(c.type));
    if (asked.empty()) return;
    // A domain's values are those of its base type; an array's elements may be of a domain over an array.
    const auto rows = blocking::with_options{server}.fetch_all<catalog_row>(
        "with recursive seen(type, next) as ("
        " select t.oid, case t.typtype when 'd' then t.typbasetype else t.typelem end from pg_catalog.pg_type t"
        "  where t.oid::bigint operator(pg_catalog.=) any($1)"
        " union select t.oid, case t.typtype when 'd' then t.typbasetype else t.typelem end"
        "  from pg_catalog.pg_type t join seen on t.oid operator(pg_catalog.=) seen.next)"
        ", base(type, final) as ("
        " select t.oid, t.oid from pg_catalog.pg_type t join seen on seen.type operator(pg_catalog.=) t.oid"
        "  where t.typtype <> 'd'"
        " union select seen.type, base.final from seen join base on seen.next operator(pg_catalog.=) base.type"
        "  join pg_catalog.pg_type t on t.oid operator(pg_catalog.=) seen.type and t.typtype = 'd')"
        " select a.oid::bigint, base.final::bigint, e.typdelim::text"
        " from seen join pg_catalog.pg_type a on a.oid operator(pg_catalog.=) seen.type"
        " join pg_catalog.pg_type e on e.oid operator(pg_catalog.=) a.typelem"
        " join base on base.type operator(pg_catalog.=) a.typelem"
        " where a.typlen = -1 and a.typtype = 'b'",
        asked);
    for (const auto& row : rows)
        made_here_.insert(
            {static_cast<oid>(row.type), {.element = static_cast<oid>(row.element), .delimiter = row.delimiter.at(0)}});
}

std::optional<array_type> result_types::array(oid type) const {
    if (const auto element = element_of(type); element != oid{})
        return array_type{.element = element, .delimiter = types::find_builtin(element)->delimiter};
    const auto found = made_here_.find(type);
    return found == made_here_.end() ? std::nullopt : std::optional{found->second};
}

}  // namespace howdah::tools
