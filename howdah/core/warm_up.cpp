#include "howdah/core/warm_up.hpp"

#include <string>

namespace howdah::core {
namespace {

class unbound_step final : public step {
public:
    explicit unbound_step(const statement_text& text) : statement_{text, {}, rows_} {
        statement_.expect_parameters(text.outline().placeholders);
    }
    statement& content() noexcept override { return statement_; }

private:
    no_rows rows_;
    statement statement_;
};

step_list steps_of(std::span<const unbound_sql> statements) {
    step_list out;
    for (const auto& s : statements) out.add<unbound_step>(s.text());
    return out;
}

}  // namespace

warm_up::warm_up(std::span<const unbound_sql> statements)
    : steps_{steps_of(statements)}, call_{steps_, syncs_, pipeline_call::purpose::prepare} {}

void warm_up::rethrow() const {
    if (!call_.failure()) return;
    error why{*call_.failure()};
    for (const auto& s : steps_)
        if (s->failure && s->failure->code() != errc::pipeline_aborted) {
            why.prefixed("preparing \"" + std::string{s->content().text().text()} + "\": ");
            break;
        }
    throw error{why};
}

void require_preparable(std::span<const unbound_sql> statements, const connection_config& config) {
    if (statements.empty()) return;
    if (config.statement_mode == statement_mode::simple)
        throw error{errc::invalid_option,
                    "statement_mode simple prepares nothing: leave out the statements to prepare, or use unnamed"};
    if (config.statement_cache_entries == 0)
        throw error{errc::invalid_option, "statement_cache_entries is 0: there is nowhere to keep prepared statements"};
}

}  // namespace howdah::core
