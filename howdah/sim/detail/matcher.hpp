#pragma once

#include <memory>
#include <string>
#include <vector>

#include "howdah/sim/cassette.hpp"

namespace howdah::sim {

/// The manifest's match rules at work. `types` are a statement's parameters', as far as they are known.
class matcher {
public:
    /// Throws error (damaged): a pattern that is none.
    explicit matcher(const std::vector<match_rule>& rules, std::string_view file);
    matcher(const matcher&) = delete;
    matcher& operator=(const matcher&) = delete;
    ~matcher();

    /// A rule may be about a value of this statement.
    bool concerns(const statement_key& statement) const noexcept;
    /// What two keys must have in common if one may stand for the other.
    std::string common_part(const interaction_key& key, const std::vector<oid>& types) const;
    /// `asked` may be answered with what was recorded for `recorded`.
    bool matches(const interaction_key& recorded, const interaction_key& asked, const std::vector<oid>& types,
                 const match_memory* memory) const;
    /// What values of this recording are called in this run, from now on.
    void learn(const interaction_key& recorded, const interaction_key& asked, const std::vector<oid>& types,
               match_memory& memory) const;

private:
    struct compiled_rule;

    const compiled_rule* rule_for(const interaction_key& key, std::size_t position,
                                  const std::vector<oid>& types) const noexcept;

    std::vector<compiled_rule> rules_;
};

}  // namespace howdah::sim
