#pragma once

#include "howdah/core/operation.hpp"
#include "howdah/core/statement.hpp"

namespace howdah::core {

/// One statement as a call of its own: an exchange with its own Sync, or two where it must be described first.
class statement_call final : public operation {
public:
    enum class purpose : std::uint8_t { run, describe_only };

    statement_call(const statement_text& text, std::span<const parameter_view> parameters, row_sink& rows,
                   enum purpose why = purpose::run) noexcept
        : statement_{text, parameters, rows}, purpose_{why} {}

    std::string_view text() const noexcept override { return statement_.text().text(); }
    void expect_parameters(std::size_t count) noexcept { statement_.expect_parameters(count); }
    const statement& content() const noexcept { return statement_; }

private:
    void advance(engine& e) override;
    std::error_code message(engine& e, char tag, bytes_view body) override;
    std::error_code rows(engine& e, bytes_view frames, std::uint32_t count) override;
    void rejected(engine& e, server_message&& m) override;
    void ready(engine& e) override;
    bool may_be_resent() const noexcept override { return statement_.text().kind() != statement_kind::call; }
    void restart() noexcept override;
    void end(engine& e);
    void unanswered(engine& e);

    statement statement_;
    enum purpose purpose_;
    enum class state : std::uint8_t { fresh, describing, executing, stale } state_ = state::fresh;
};

}  // namespace howdah::core
