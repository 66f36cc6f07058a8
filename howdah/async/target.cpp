#include "howdah/async/target.hpp"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "howdah/async/detail/connection_core.hpp"
#include "howdah/async/detail/waiting.hpp"
#include "howdah/core/bulk_call.hpp"
#include "howdah/core/pipeline.hpp"
#include "howdah/core/script_call.hpp"
#include "howdah/core/statement_call.hpp"
#include "howdah/core/time_budget.hpp"

namespace howdah::async {
namespace {

namespace asio = boost::asio;

// Hands the call to its connection, once the coroutine sleeps.
struct initiation {
    std::shared_ptr<connection_core> core;
    howdah::core::operation& op;
    waiter& w;

    void operator()(waiting::handler h) const {
        if (auto slot = asio::get_associated_cancellation_slot(h); slot.is_connected())
            slot.assign([c = core.get(), o = &op](asio::cancellation_type) { c->cancel(*o); });
        waiting::keep(w, std::move(h));
        core->submit(op);
    }
};

}  // namespace

awaitable<void> target::perform(howdah::core::operation& op, waiter& w) const {
    if (core == nullptr) throw howdah::core::no_connection();
    op.lease = lease;
    op.options = options;
    op.waiter = &w;
    return asio::async_initiate<const asio::use_awaitable_t<>, void()>(initiation{core, op, w}, asio::use_awaitable);
}

awaitable<void> target::find_connection() {
    if (from != nullptr && core == nullptr) core = co_await from->lend();
}

void target::rethrow(const howdah::core::operation& op) {
    if (op.failure()) throw error{*op.failure()};
}

std::string target::new_portal() const { return core->engine().new_portal(); }
void target::deliver_to(std::shared_ptr<howdah::core::inbox> to) const { core->engine().deliver_to(std::move(to)); }
void target::close_portal(std::string name) const { core->engine().close_portal(lease, std::move(name)); }

awaitable<void> target::run(target t, pipeline& steps) {
    howdah::core::pipeline_call call{steps};
    waiter w;
    co_await t.perform(call, w);
    rethrow(call);
}

awaitable<std::vector<result>> target::run(target t, script statements) {
    howdah::core::script_call call{statements.text()};
    waiter w;
    co_await t.perform(call, w);
    rethrow(call);
    co_return call.take();
}

awaitable<void> target::drive(target t, howdah::core::bulk_call& call) {
    if (t.core == nullptr) throw howdah::core::no_connection();
    howdah::core::time_budget budget{t.options};
    while (auto* const op = call.next(t.core->engine().options(), t.lease)) {
        t.options = budget.left();
        waiter w;
        co_await t.perform(*op, w);
        budget.spend(*op);
    }
}

awaitable<void> target::learn_types(target t, std::string query) {
    howdah::core::untyped_rows rows;
    howdah::core::statement_call call{
        statement_text{unsafe_sql{std::move(query)}}, {}, rows, howdah::core::statement_call::purpose::describe_types};
    waiter w;
    co_await t.perform(call, w);
    rethrow(call);
}

awaitable<std::shared_ptr<const howdah::core::statement_facts>> target::describe(target t, statement_text text,
                                                                                 std::size_t parameters) {
    howdah::core::no_rows rows;
    howdah::core::statement_call call{text, {}, rows, howdah::core::statement_call::purpose::describe_only};
    call.expect_parameters(parameters);
    waiter w;
    co_await t.perform(call, w);
    rethrow(call);
    co_return call.content().facts();
}

}  // namespace howdah::async
