#include "howdah/cluster/cluster_target.hpp"

#include "howdah/async/copy.hpp"
#include "howdah/cluster/detail/cluster_core.hpp"

namespace howdah::clustering {
namespace {

// Lends a connection of the right node once, to a handle that may never ask. Until then another node may have it.
class cluster_lender final : public async::lender {
public:
    cluster_lender(cluster_target t, routed_call::kind kind, std::string_view what)
        : target_{std::move(t)}, kind_{kind}, what_{what} {}

    awaitable<std::shared_ptr<async::connection_core>> lend() override {
        crossing c{target_, kind_, what_};
        for (;;) {
            while (!c.found()) co_await c.wait();
            std::optional<error> failure;
            try {
                lent_ = c.to().to_be_lent(pooling::place::of(what_));
                co_await lent_.find_connection();
                if (c.question() == session_question::position) c.wrote(std::nullopt);  // what it does is not seen here
                c.succeeded();
                co_return lent_.core;
            } catch (const error& e) {
                failure.emplace(e);
            }
            c.failed(*failure);
        }
    }

private:
    cluster_target target_;
    routed_call::kind kind_;
    std::string what_;
    async::target lent_;  // which gives it back
};

}  // namespace

routed_call::kind cluster_target::kind_of(const statement_text& text) const noexcept {
    return by.kind_of(*cluster, text);
}

async::target cluster_target::to_be_lent(std::string_view what, routed_call::kind kind) const {
    return {.options = options, .from = std::make_shared<cluster_lender>(*this, kind, what)};
}

awaitable<void> cluster_target::run(cluster_target t, pipeline& steps) {
    crossing c{t, t.by.kind_of_others(), "a pipeline"};
    for (;;) {
        while (!c.found()) co_await c.wait();
        std::optional<error> failure;
        try {
            auto to = c.to();
            c.wrote(std::nullopt);
            co_await pooling::pool_target::run(std::move(to), steps);
            c.succeeded();
            co_return;
        } catch (const error& e) {
            failure.emplace(e);
        }
        c.failed(*failure);
    }
}

awaitable<std::vector<result>> cluster_target::run(cluster_target t, script statements) {
    crossing c{t, t.by.kind_of_others(), statements.text().text()};
    while (!c.found()) co_await c.wait();
    auto to = c.to();
    c.wrote(std::nullopt);
    try {
        auto answer = co_await pooling::pool_target::run(std::move(to), statements);
        c.succeeded();
        co_return answer;
    } catch (const error& e) {
        c.ended(e);
        throw;
    }
}

awaitable<copy_in_stream> cluster_target::copy_in(cluster_target t, statement_text text) {
    auto lent = t.to_be_lent(text.text(), t.by.kind_of_others());
    co_await lent.find_connection();
    co_return co_await async::target::copy_in(std::move(lent), std::move(text));
}

copy_out_stream cluster_target::copy_out(const cluster_target& t, const statement_text& text) {
    return async::target::copy_out(t.to_be_lent(text.text(), t.by.kind_of_others()), text);
}

awaitable<std::shared_ptr<const core::statement_facts>> cluster_target::describe(cluster_target t, statement_text text,
                                                                                 std::size_t parameters) {
    crossing c{t, t.kind_of(text), text.text()};
    for (;;) {
        while (!c.found()) co_await c.wait();
        std::optional<error> failure;
        try {
            auto to = c.to();
            auto facts = co_await pooling::pool_target::describe(std::move(to), text, parameters);
            c.succeeded();
            co_return facts;
        } catch (const error& e) {
            failure.emplace(e);
        }
        c.failed(*failure);
    }
}

// A call.

crossing::crossing(const cluster_target& t, routed_call::kind kind, std::string_view what)
    : crossing_base{*t.cluster, t.by, kind, what, t.options.timeout.value_or(t.cluster->query_timeout())}, target_{t} {}

awaitable<void> crossing::wait() { return target_.cluster->wait(way().call()); }

howdah::pool& crossing::pool() const { return static_cast<member&>(way().on()).pool; }

pooling::pool_target crossing::to() const {
    auto out = pool().target();
    out.options.timeout = way().left_of(target_.options.timeout);
    return out;
}

}  // namespace howdah::clustering
