#pragma once

#include <memory>
#include <span>
#include <vector>

#include "howdah/config/connection_config.hpp"
#include "howdah/core/pipeline.hpp"
#include "howdah/sql/unbound_sql.hpp"

namespace howdah::core {

/// Has a server prepare statements before they are run: one round trip for as many as pipeline_bytes holds. What does
/// not fit into the connection's statement cache is forgotten again.
class warm_up {
public:
    /// The statements need not outlive this.
    explicit warm_up(std::span<const unbound_sql> statements);

    pipeline_call& call() noexcept { return call_; }
    /// Throws the error of the statement that failed, which names it.
    void rethrow() const;

private:
    step_list steps_;
    std::vector<std::size_t> syncs_;
    pipeline_call call_;
};

/// Throws invalid_option where nothing can be prepared.
void require_preparable(std::span<const unbound_sql> statements, const connection_config& config);

}  // namespace howdah::core
