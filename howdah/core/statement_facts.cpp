#include "howdah/core/statement_facts.hpp"

#include <algorithm>
#include <utility>

#include "howdah/types/type_map.hpp"

namespace howdah::core {

bool statement_facts::has_unresolved_column() const noexcept {
    return !unresolved.empty() &&
           std::ranges::any_of(columns, [&](const column& c) { return std::ranges::count(unresolved, c.type) != 0; });
}

bool statement_facts::has_made_type() const noexcept {
    return std::ranges::any_of(parameters, is_user_defined) ||
           std::ranges::any_of(columns, is_user_defined, &column::type);
}

std::shared_ptr<const statement_facts> make_facts(std::vector<oid> parameters, std::vector<column> columns,
                                                  std::shared_ptr<const type_map> types) {
    statement_facts out{.parameters = std::move(parameters),
                        .columns = std::move(columns),
                        .types = std::move(types),
                        .unresolved = {}};
    const auto resolve = [&](oid type) {
        if (is_user_defined(type) && out.types->find(type) == nullptr) out.unresolved.push_back(type);
    };
    for (const auto type : out.parameters) resolve(type);
    for (auto& c : out.columns) {
        resolve(c.type);
        c.known = out.types;
        if (is_user_defined(c.type)) c.type_name = c.ref().name();
    }
    return std::make_shared<const statement_facts>(std::move(out));
}

}  // namespace howdah::core
