#include "howdah/blocking/connection.hpp"

#include "howdah/blocking/detail/connection_core.hpp"
#include "howdah/core/bulk_call.hpp"
#include "howdah/core/pipeline.hpp"
#include "howdah/core/script_call.hpp"
#include "howdah/core/statement_call.hpp"
#include "howdah/core/time_budget.hpp"

namespace howdah::blocking {
namespace detail {

void target::perform(howdah::core::operation& op) const {
    const auto& to = core == nullptr && from != nullptr ? from->lend() : core;
    if (to == nullptr) throw howdah::core::no_connection();
    op.lease = lease;
    op.options = options;
    op.acquiring = acquiring;
    to->perform(op, stop);
}

void target::perform(const statement_text& text, std::span<const parameter_view> parameters,
                     howdah::core::row_sink& rows) const {
    howdah::core::statement_call call{text, parameters, rows};
    perform(call);
}

void target::let_go(howdah::core::operation& op) const noexcept {
    if (core != nullptr) return core->let_go(op);
    if (from != nullptr && op.state() != howdah::core::operation::state::idle) from->lend()->let_go(op);
}

std::string target::new_portal() const { return core->engine().new_portal(); }
void target::deliver_to(std::shared_ptr<howdah::core::inbox> to) const { core->engine().deliver_to(std::move(to)); }
void target::close_portal(std::string name) const { core->engine().close_portal(lease, std::move(name)); }

void target::run(const target& t, pipeline& steps) {
    howdah::core::pipeline_call call{steps};
    t.perform(call);
}

std::vector<result> target::run(const target& t, const script& statements) {
    howdah::core::script_call call{statements.text()};
    t.perform(call);
    return call.take();
}

void target::drive(target t, howdah::core::bulk_call& call) {
    if (t.core == nullptr) throw howdah::core::no_connection();
    howdah::core::time_budget budget{t.options};
    while (auto* const op = call.next(t.core->engine().options(), t.lease)) {
        t.options = budget.left();
        try {
            t.perform(*op);
        } catch (const error&) {
            if (!op->failure()) throw;  // what the server has against it is the call's to tell
        }
        budget.spend(*op);
    }
}

void target::learn_types(std::string query) const {
    howdah::core::untyped_rows rows;
    howdah::core::statement_call call{
        statement_text{unsafe_sql{std::move(query)}}, {}, rows, howdah::core::statement_call::purpose::describe_types};
    perform(call);
}

std::shared_ptr<const howdah::core::statement_facts> target::describe(const statement_text& text,
                                                                      std::size_t parameters) const {
    howdah::core::no_rows rows;
    howdah::core::statement_call call{text, {}, rows, howdah::core::statement_call::purpose::describe_only};
    call.expect_parameters(parameters);
    perform(call);
    return call.content().facts();
}

}  // namespace detail

connection::connection(const connection_config& config, const std::shared_ptr<observer>& watcher,
                       const std::stop_token& stop)
    : target_{std::make_shared<detail::connection_core>(std::make_shared<const connection_config>(config), watcher,
                                                        stop)} {}

transaction connection::begin(const transaction_options& options) { return detail::begin(target_, options); }

bool connection::open() const noexcept { return target_.core != nullptr && target_.core->engine().open(); }

void connection::close() { target_.core->close(); }

void connection::reconnect(const std::stop_token& stop) {
    const auto& was = *target_.core;
    auto fresh = std::make_shared<detail::connection_core>(was.config(), was.watcher(), stop, was.where().shared);
    target_ = detail::target{std::move(fresh)};
}

std::string_view connection::server_parameter(std::string_view name) const noexcept {
    const auto& all = target_.core->engine().parameters();
    const auto found = all.find(name);
    return found == all.end() ? std::string_view{} : std::string_view{found->second};
}

std::uint32_t connection::process_id() const noexcept { return target_.core->where().process_id; }

}  // namespace howdah::blocking
