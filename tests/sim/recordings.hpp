#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "howdah/sim/cassette.hpp"
#include "howdah/sim/request_keys.hpp"
#include "howdah/types/oids.hpp"

namespace howdah::sim {

/// A field in text, as a client sends it.
inline field sent(std::string_view text, oid type = {}) {
    return {.data = as_bytes(text), .type = type, .format = format::text};
}

/// The key of a statement with parameters in text.
inline interaction_key key_of(std::string_view sql, const std::vector<std::string_view>& parameters = {},
                              const manifest& about = {}) {
    request_keys keys{about, {}};
    std::vector<field> fields;
    for (const auto text : parameters) fields.push_back(sent(text));
    return keys.of(keys.of(sql), fields);
}

inline canonical_value text_value(std::string_view text) { return {canonical_value::kind::text, std::string{text}}; }

/// What a select of one column and these rows answers.
inline answer selected(const std::vector<std::string_view>& values, oid type = oids::text) {
    recorded_result result;
    result.columns = {recorded_column{.name = "value", .type = type}};
    for (const auto v : values) result.rows.here.push_back({text_value(v)});
    result.rows.count = values.size();
    result.tag = "SELECT " + std::to_string(values.size());
    answer out;
    out.results.push_back(std::move(result));
    return out;
}

/// The only value of a use's only row.
inline std::string only_value(const answer& given) { return given.results.at(0).rows.here.at(0).at(0).data; }

}  // namespace howdah::sim
