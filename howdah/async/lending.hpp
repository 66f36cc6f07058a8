#pragma once
// What a pool does to a connection between two borrowers, beyond the verbs, and how its callers wait. Not for users.

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <span>

#include "howdah/async/async.hpp"
#include "howdah/async/waiter.hpp"
#include "howdah/core/remains.hpp"
#include "howdah/core/shared_state.hpp"
#include "howdah/sql/unbound_sql.hpp"

namespace howdah::async {

/// As howdah::connect; `shared` is what connections of one configuration have in common, null: this one's own.
awaitable<connection> connect(std::shared_ptr<const connection_config> config, std::shared_ptr<observer> watcher,
                              std::shared_ptr<core::shared_state> shared);

core::remains left_on(const connection_core& c) noexcept;
/// Its borrower awaits an answer of the server.
bool at_work(const connection_core& c) noexcept;
/// Rolls back what is open, without waiting for it.
void evict_holder(connection_core& c);
/// Waits until all is answered, and for a sign of life. Throws error.
awaitable<void> ping(std::shared_ptr<connection_core> c, std::chrono::milliseconds timeout);
/// Has the server prepare them, so that their first run does not have to. Throws error, which names the statement.
awaitable<void> prepare(std::shared_ptr<connection_core> c, std::span<const unbound_sql> statements);
/// `tell` is called once, on the executor, when the connection has ended by itself: not by close().
void when_lost(connection_core& c, std::function<void()> tell) noexcept;
/// Why it is closed; it is.
const error& closed_by(const connection_core& c) noexcept;

/// The coroutine sleeps in `w` until wake(). When it is cancelled, `cancelled` is called, and should see to that.
awaitable<void> sleep_in(waiter& w, std::function<void()> cancelled);
/// From the loop: at once, if it runs on `here`, where the caller is.
void wake(waiter& w, const boost::asio::any_io_executor& here);

}  // namespace howdah::async
