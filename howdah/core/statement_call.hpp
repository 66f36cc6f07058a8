#pragma once

#include "howdah/core/operation.hpp"
#include "howdah/core/statement.hpp"
#include "howdah/core/type_lookup.hpp"

namespace howdah::core {

/// One statement as a call of its own: an exchange with its own Sync, and one more where it must be described first, or
/// where it meets types that must be looked up.
class statement_call final : public operation {
public:
    enum class purpose : std::uint8_t {
        run,
        describe_only,
        describe_types,  // and look up those that were made in the database
        forget,          // what is known of the statement is no longer so; nothing is sent
    };

    statement_call(const statement_text& text, std::span<const parameter_view> parameters, row_sink& rows,
                   enum purpose why = purpose::run) noexcept
        : statement_{text, parameters, rows}, purpose_{why} {
        if (text.kind() == statement_kind::call) sharing = core::sharing::exclusive;
    }

    std::string_view text() const noexcept override { return statement_.text().text(); }
    watched_statement statement_at(std::size_t) const noexcept override {
        return {.text = text(), .parameters = statement_.parameters()};
    }
    void expect_parameters(std::size_t count) noexcept { statement_.expect_parameters(count); }
    const statement& content() const noexcept { return statement_; }

private:
    bool is_simple_query(const engine& e) const noexcept override;
    void advance(engine& e) override;
    std::error_code message(engine& e, char tag, bytes_view body) override;
    std::error_code rows(engine& e, bytes_view frames, std::uint32_t count) override;
    void rejected(engine& e, server_message&& m) override;
    void ready(engine& e) override;
    bool may_be_resent() const noexcept override {
        return statement_.text().kind() != statement_kind::call && (lookup_ != nullptr || !statement_.complete());
    }
    void restart() noexcept override;
    // What is only described keeps the name under which all calls use it.
    const statement_comment* said() const noexcept { return purpose_ == purpose::run ? comment() : nullptr; }
    std::error_code write_next(engine& e, bytes& out);
    void begin_lookup();
    void looked_up(engine& e);
    void end(engine& e);
    void unanswered(engine& e);

    statement statement_;
    enum purpose purpose_;
    enum class state : std::uint8_t { fresh, describing, looking_up, executing, stale } state_ = state::fresh;
    std::unique_ptr<type_lookup> lookup_;
};

}  // namespace howdah::core
