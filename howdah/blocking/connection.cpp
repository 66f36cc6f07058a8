#include "howdah/blocking/connection.hpp"

#include "howdah/blocking/detail/connection_core.hpp"
#include "howdah/core/script_call.hpp"
#include "howdah/core/transaction_calls.hpp"

namespace howdah::blocking {
namespace detail {

void target::perform(howdah::core::operation& op) const {
    if (core == nullptr)
        throw error{errc::transaction_ended, "the transaction or the connection was moved from, or has ended"};
    op.lease = lease;
    op.options = options;
    core->perform(op, stop);
}

void target::let_go(howdah::core::operation& op) const noexcept {
    if (core != nullptr) core->let_go(op);
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

transaction connection::begin(const transaction_options& options) {
    options.validate();
    howdah::core::lease_id lease = 0;
    howdah::core::lease_call call{
        begin_statement(options), lease, {.timeout = options.timeout, .warn_after = options.warn_after}};
    target_.perform(call);
    return {{target_.core, lease, {}}, options};
}

bool connection::open() const noexcept { return target_.core != nullptr && target_.core->engine().open(); }

void connection::close() { target_.core->close(); }

void connection::reconnect(const std::stop_token& stop) {
    const auto& was = *target_.core;
    auto fresh = std::make_shared<detail::connection_core>(was.config(), was.watcher(), stop);
    target_ = detail::target{std::move(fresh)};
}

std::string_view connection::server_parameter(std::string_view name) const noexcept {
    const auto& all = target_.core->engine().parameters();
    const auto found = all.find(name);
    return found == all.end() ? std::string_view{} : std::string_view{found->second};
}

std::uint32_t connection::process_id() const noexcept { return target_.core->where().process_id; }

}  // namespace howdah::blocking
