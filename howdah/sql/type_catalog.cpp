#include "howdah/sql/type_catalog.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "howdah/types/type_map.hpp"

namespace howdah {
namespace {

// A bound for hostile servers: beyond it everything is forgotten, and asked anew.
constexpr std::size_t most_types = 65'536;

type_kind kind_of(const catalog_row& row) noexcept {
    using enum type_kind;
    switch (row.kind) {
        case 'b': return base;
        case 'c': return composite;
        case 'd': return domain;
        case 'e': return enumeration;
        case 'm': return multirange;
        case 'r': return range;
        default: return pseudo;
    }
}

// An array is what its element names as its array: typelem alone also stands in types that can be subscripted.
std::string catalog_text(const std::string& bound, const std::string& more) {
    const std::string attributes =
        " from pg_catalog.pg_attribute a where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped"
        " order by a.attnum)";
    return "select t.oid, n.nspname, coalesce(e.typname || '[]', t.typname), t.typtype, t.typdelim,"
           " coalesce(e.oid, 0::pg_catalog.oid), t.typarray, t.typbasetype, coalesce(" +
           bound + ", 0::pg_catalog.oid), array(select a.attname::pg_catalog.text" + attributes +
           ", array(select a.atttypid" + attributes +
           " from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid = t.typnamespace"
           " left join pg_catalog.pg_type e on e.oid = t.typelem and e.typarray = t.oid"
           " left join pg_catalog.pg_range r on r.rngtypid = t.oid" +
           more + " where t.oid = any($1)";
}

void append_if_made_here(oid type, std::vector<oid>& out) {
    if (is_user_defined(type)) out.push_back(type);
}

}  // namespace

std::shared_ptr<const type_map> type_catalog::types() const {
    const std::lock_guard lock{mutex_};
    return types_;
}

void type_catalog::add(std::vector<type_description> found) {
    const std::lock_guard lock{mutex_};
    auto grown =
        types_->size() + found.size() > most_types ? std::make_shared<type_map>() : std::make_shared<type_map>(*types_);
    for (auto& d : found) grown->insert(std::move(d));
    types_ = std::move(grown);
}

void type_catalog::forget() {
    const std::lock_guard lock{mutex_};
    types_ = std::make_shared<const type_map>();
}

statement_text catalog_statement(int server_version) {
    constexpr int first_with_multiranges = 14;
    static const statement_text without{unsafe_sql{catalog_text("r.rngsubtype", "")}};
    static const statement_text with{unsafe_sql{
        catalog_text("r.rngsubtype, m.rngtypid", " left join pg_catalog.pg_range m on m.rngmultitypid = t.oid")}};
    return server_version < first_with_multiranges ? without : with;
}

type_description describe(catalog_row row) {
    type_description out{.type = row.type,
                         .schema = std::move(row.schema),
                         .name = std::move(row.name),
                         .kind = kind_of(row),
                         .delimiter = row.delimiter,
                         .element = row.element,
                         .array = row.array,
                         .base = row.base,
                         .bound = row.bound,
                         .attributes = {}};
    const auto attributes = std::min(row.attribute_names.size(), row.attribute_types.size());
    out.attributes.reserve(attributes);
    for (std::size_t i = 0; i < attributes; ++i)
        out.attributes.push_back({.name = std::move(row.attribute_names[i]), .type = row.attribute_types[i]});
    return out;
}

void append_parts(const type_description& d, std::vector<oid>& out) {
    for (const auto part : {d.element, d.base, d.bound}) append_if_made_here(part, out);
    for (const auto& a : d.attributes) append_if_made_here(a.type, out);
}

}  // namespace howdah
