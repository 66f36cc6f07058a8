#pragma once
// What a pool does to a connection between two borrowers, beyond the verbs. Not for users.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>

#include "howdah/blocking/target.hpp"
#include "howdah/config/connection_config.hpp"
#include "howdah/core/remains.hpp"
#include "howdah/core/shared_state.hpp"
#include "howdah/observe/observer.hpp"
#include "howdah/sql/unbound_sql.hpp"

namespace howdah::blocking::detail {

/// Connects, until a `stop` is asked for. `shared` is what connections of one configuration have in common.
std::shared_ptr<connection_core> open(std::shared_ptr<const connection_config> config,
                                      const std::shared_ptr<observer>& watcher,
                                      std::shared_ptr<core::shared_state> shared, const std::stop_token& stop);

core::remains left_on(const connection_core& c) noexcept;
/// Rolls back what is open, without waiting for it.
void evict_holder(connection_core& c);
/// Waits until all is answered, and for a sign of life. Throws error.
void ping(const std::shared_ptr<connection_core>& c, std::chrono::milliseconds timeout);
/// Has the server prepare them, so that their first run does not have to. Throws error, which names the statement.
void prepare(const std::shared_ptr<connection_core>& c, std::span<const unbound_sql> statements);
/// From any thread: whoever uses it finds it lost; with `why`, where that is said.
void interrupt(connection_core& c, std::optional<error> why = {}) noexcept;
std::uint32_t process_id(const connection_core& c) noexcept;

}  // namespace howdah::blocking::detail
