#include "howdah/sim/record/portals.hpp"

#include "howdah/types/field.hpp"
#include "howdah/wire/frontend_parsing.hpp"

namespace howdah::sim {

interaction_key heard_portal::key(request_keys& keys) const {
    wire::received_bind m;
    if (!is_made_by_sql()) (void)wire::parse(bind, m);  // it was sound when it was bound
    std::vector<field> parameters;
    parameters.reserve(m.values.size());
    for (std::size_t i = 0; i < m.values.size(); ++i)
        parameters.push_back({.data = m.values[i].value_or(bytes_view{}),
                              .type = i < statement->parameters.size() ? statement->parameters[i] : oid{},
                              .format = wire::format_of(m.parameter_formats, i),
                              .is_null = !m.values[i]});
    return keys.of(*statement->key, parameters);
}

}  // namespace howdah::sim
