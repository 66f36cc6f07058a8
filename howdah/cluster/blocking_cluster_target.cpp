#include "howdah/cluster/blocking_cluster_target.hpp"

#include "howdah/cluster/detail/blocking_core.hpp"

namespace howdah::blocking::detail {
namespace {

using clustering::routed_call, clustering::session_question;

// Lends a connection of the right node at the first use, to a handle that may never ask. Until then another node may
// have it.
class cluster_lender final : public lender {
public:
    cluster_lender(cluster_target t, routed_call::kind kind, std::string_view what)
        : target_{std::move(t)}, kind_{kind}, what_{what} {}

    const std::shared_ptr<connection_core>& lend() override {
        if (lent_.from != nullptr) return lent_.from->lend();
        crossing c{target_, kind_, what_};
        c.each([&] {
            auto from = c.to().later(what_);
            (void)from.from->lend();
            lent_ = std::move(from);
            if (c.question() == session_question::position) c.wrote(std::nullopt);  // what it does is not seen here
        });
        return lent_.from->lend();
    }

private:
    cluster_target target_;
    routed_call::kind kind_;
    std::string what_;
    target lent_;  // which gives it back
};

}  // namespace

routed_call::kind cluster_target::kind_of(const statement_text& text) const noexcept {
    return by.kind_of(*cluster, text);
}

target cluster_target::later(std::string_view what, routed_call::kind kind) const {
    return {nullptr, 0, options, std::make_shared<cluster_lender>(*this, kind, what)};
}

void cluster_target::run(const cluster_target& t, pipeline& steps) {
    crossing c{t, t.by.kind_of_others(), "a pipeline"};
    c.each([&] {
        c.wrote(std::nullopt);
        pool_target::run(c.to(), steps);
    });
}

std::vector<result> cluster_target::run(const cluster_target& t, const script& statements) {
    crossing c{t, t.by.kind_of_others(), statements.text().text()};
    return c.once([&] {
        c.wrote(std::nullopt);
        return pool_target::run(c.to(), statements);
    });
}

copy_in_stream cluster_target::copy_in(const cluster_target& t, const statement_text& text) {
    return target::copy_in(t.later(text.text(), t.by.kind_of_others()), text);
}

copy_out_stream cluster_target::copy_out(const cluster_target& t, const statement_text& text) {
    return target::copy_out(t.later(text.text(), t.by.kind_of_others()), text);
}

std::shared_ptr<const howdah::core::statement_facts> cluster_target::describe(const cluster_target& t,
                                                                              const statement_text& text,
                                                                              std::size_t parameters) {
    crossing c{t, t.kind_of(text), text.text()};
    return c.each([&] {
        const auto to = c.to();
        const slot_lease held{*to.pool, pooling::place::of(text.text()), to.options};
        return held.to().describe(text, parameters);
    });
}

// A call.

crossing::crossing(const cluster_target& t, routed_call::kind kind, std::string_view what)
    : crossing_base{*t.cluster, t.by, kind, what, t.options.timeout.value_or(t.cluster->query_timeout())}, target_{t} {}

void crossing::find() {
    while (!found()) target_.cluster->wait(way().call(), target_.options.stop);
}

blocking::pool& crossing::pool() const { return static_cast<cluster_member&>(way().on()).pool; }

call_options crossing::options() const {
    return {.timeout = way().left_of(target_.options.timeout), .stop = target_.options.stop};
}

pool_target crossing::to() const {
    auto out = pool().target();
    out.options = options();
    return out;
}

void crossing::perform(howdah::core::operation& call, std::string_view what) const {
    const auto on = to();
    const slot_lease held{*on.pool, pooling::place::of(what), on.options};
    try {
        held.to().perform(call);
    } catch (const error&) {
        if (!call.failure()) throw;
    }
}

}  // namespace howdah::blocking::detail
