#include "howdah/blocking/lending.hpp"

#include <utility>

#include "howdah/blocking/detail/connection_core.hpp"
#include "howdah/core/ping_call.hpp"
#include "howdah/core/warm_up.hpp"

namespace howdah::blocking::detail {

std::shared_ptr<connection_core> open(std::shared_ptr<const connection_config> config,
                                      const std::shared_ptr<observer>& watcher,
                                      std::shared_ptr<core::shared_state> shared, const std::stop_token& stop) {
    return std::make_shared<connection_core>(std::move(config), watcher, stop, std::move(shared));
}

core::remains left_on(const connection_core& c) noexcept { return core::left_on(c.engine()); }
void evict_holder(connection_core& c) { c.engine().evict_holder(); }

void ping(const std::shared_ptr<connection_core>& c, std::chrono::milliseconds timeout) {
    core::ping_call call;
    target{c, 0, {.timeout = timeout}}.perform(call);
}

void prepare(const std::shared_ptr<connection_core>& c, std::span<const unbound_sql> statements) {
    core::warm_up all{statements};
    try {
        target{c}.perform(all.call());
    } catch (const error&) {
        all.rethrow();
        throw;
    }
}

void interrupt(connection_core& c, std::optional<error> why) noexcept { c.interrupt(std::move(why)); }
std::uint32_t process_id(const connection_core& c) noexcept { return c.where().process_id; }

}  // namespace howdah::blocking::detail
