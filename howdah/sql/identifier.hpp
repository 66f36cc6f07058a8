#pragma once

#include <span>
#include <string>
#include <string_view>

namespace howdah {

/// `name` as SQL has it, quoted: `my "table"` gives `"my ""table"""`. Throws invalid_encoding for an empty one or a NUL.
std::string quoted_identifier(std::string_view name);

/// The name of a table, a column or another thing of the database, which is quoted wherever it goes: never pasted.
class identifier {
public:
    /// One name, as it is: "public.users" would be a table with a dot in its name. Throws invalid_encoding for an empty
    /// one or a NUL.
    explicit identifier(std::string_view name) : quoted_{quoted_identifier(name)} {}
    /// schema.name
    identifier(std::string_view schema, std::string_view name)
        : quoted_{quoted_identifier(schema) + '.' + quoted_identifier(name)} {}

    /// As SQL has it.
    const std::string& quoted() const noexcept { return quoted_; }

private:
    std::string quoted_;
};

/// `"a", "b"`
std::string quoted_list(std::span<const std::string_view> names);

}  // namespace howdah
