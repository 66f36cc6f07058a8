#pragma once

#include <memory>

#include "howdah/async/connection.hpp"
#include "howdah/core/shared_state.hpp"

namespace howdah::async {

/// As howdah::connect; `shared` is what connections of one configuration have in common, null: this one's own.
awaitable<connection> connect(std::shared_ptr<const connection_config> config, std::shared_ptr<observer> watcher,
                              std::shared_ptr<core::shared_state> shared);

}  // namespace howdah::async
