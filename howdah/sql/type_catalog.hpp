#pragma once
// What a database says of the types that were made in it: asked once, kept for every connection to it.

#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "howdah/sql/sql.hpp"
#include "howdah/types/array.hpp"
#include "howdah/types/identifiers.hpp"
#include "howdah/types/integers.hpp"
#include "howdah/types/text.hpp"
#include "howdah/types/type_map.hpp"

namespace howdah {

/// Grows as types are met. For any number of threads and connections, all to one database.
class type_catalog {
public:
    /// What is known now; never null. It does not change: what is added later is in later ones.
    std::shared_ptr<const type_map> types() const;
    void add(std::vector<type_description> found);
    /// Something has changed in the database: everything is asked anew.
    void forget();

private:
    mutable std::mutex mutex_;
    std::shared_ptr<const type_map> types_ = std::make_shared<const type_map>();
};

/// One row of catalog_statement().
struct catalog_row {
    oid type{};
    std::string schema, name;
    char kind{};  // pg_type.typtype
    char delimiter{};
    oid element{}, array{}, base{}, bound{};
    std::vector<std::string> attribute_names;
    std::vector<oid> attribute_types;
};

/// Selects catalog_rows for an array of OIDs. Index scans of few rows each, far below what JIT compiles for.
/// `server_version`: the major version; multiranges came with 14.
statement_text catalog_statement(int server_version);

type_description describe(catalog_row row);

/// The types made in the database that `d` is made of.
void append_parts(const type_description& d, std::vector<oid>& out);

}  // namespace howdah
