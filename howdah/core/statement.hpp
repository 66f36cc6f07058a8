#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "howdah/core/row_sink.hpp"
#include "howdah/sql/parameters.hpp"
#include "howdah/sql/sql.hpp"
#include "howdah/wire/backend.hpp"

namespace howdah {
class statement_comment;
}

namespace howdah::core {

class engine;
struct prepared;
struct statement_facts;

/// One statement's messages and answers, without the exchange around them: a call has one, a pipeline many.
class statement {
public:
    /// What its next messages are for.
    enum class step : std::uint8_t { describe, look_up, execute };
    enum class progress : std::uint8_t {
        working,
        suspended,  // the portal has more rows
        done,       // CommandComplete or EmptyQueryResponse
        wrong,      // the server does not keep to the protocol
    };

    statement(const statement_text& text, std::span<const parameter_view> parameters, row_sink& rows) noexcept
        : text_{text}, parameters_{parameters}, rows_{rows}, parameter_count_{parameters.size()} {}
    statement(const statement&) = delete;
    statement& operator=(const statement&) = delete;
    ~statement();

    const statement_text& text() const noexcept { return text_; }
    std::span<const parameter_view> parameters() const noexcept { return parameters_; }
    /// For a statement that is only described: how many parameters it will be given.
    void expect_parameters(std::size_t count) noexcept { parameter_count_ = count; }
    /// Where it is refused before it was run, because of what was known of it, its caller lets it begin again. Nothing
    /// that others have learnt is used otherwise.
    void may_try_again() noexcept { may_try_again_ = true; }
    const std::optional<error>& failure() const noexcept { return failure_; }
    std::optional<error> take_failure() noexcept { return std::move(failure_); }

    /// The statement can't go through a query verb, whatever the server says.
    std::optional<error> check(const engine& e) const;
    /// Its first use needs no description in front.
    bool can_skip_description() const noexcept;
    /// Its rows or parameters may be of types that were made in the database.
    bool uses_catalog() const noexcept;
    /// The connection's cache drops what it knows of the statement.
    void forget(engine& e) const;
    /// Decides how it travels. look_up: unresolved() must be looked up before it is executed.
    /// `says`, here and below, is what goes to the server behind its text; null: nothing.
    enum step next_step(engine& e, const statement_comment* says = nullptr);
    /// Parse and Describe.
    void write_describe(bytes& out, const statement_comment* says = nullptr);
    /// Its rows come through a portal of this name; the unnamed one otherwise.
    void use_portal(std::string name) noexcept { portal_ = std::move(name); }
    std::string_view portal() const noexcept { return portal_; }
    /// What comes before Execute. An error leaves `out` to be taken back by the caller. Not for the simple protocol.
    std::error_code write_bound(bytes& out, const statement_comment* says = nullptr);
    /// All else, with the Parse and Describe in front where they are still needed. An error leaves `out` to be taken
    /// back by the caller.
    std::error_code write_execute(engine& e, bytes& out, const statement_comment* says = nullptr);

    progress message(engine& e, char tag, bytes_view body);
    /// protocol_violation, or none.
    std::error_code rows(engine& e, bytes_view frames, std::uint32_t count);
    /// True: its plan, or what was known of it, was stale, and next_step() may be asked once more.
    bool rejected(engine& e, server_message&& m);
    /// It could not be written. True: that may be because of what others have learnt, which is forgotten; next_step()
    /// may be asked once more.
    bool distrust(engine& e);
    /// Rows have come whose types must be looked up first: they wait here, although the statement is complete.
    bool holds_rows() const noexcept { return held_ != nullptr && complete_; }
    std::span<const oid> unresolved() const noexcept;
    /// The engine's catalog knows the types now. Decodes the rows that have waited for that.
    void learn_types(engine& e);
    /// As if it had never been sent.
    void restart() noexcept;
    /// Rows that come are of no use any more.
    bool drops_rows() const noexcept { return dropping_ || rows_.satisfied(); }

    /// CommandComplete or EmptyQueryResponse came.
    bool complete() const noexcept { return complete_; }
    bool described() const noexcept { return facts_ != nullptr; }
    /// CopyInResponse came: the exchange must be ended by CopyFail.
    bool copying_in() const noexcept { return copying_in_; }
    std::shared_ptr<const statement_facts> facts() const noexcept { return facts_; }

private:
    enum class travel : std::uint8_t { undecided, named, unnamed, simple };

    void look_up(engine& e, const statement_comment* says);
    void borrow_facts(engine& e);
    void begin_again(engine& e);
    void write_parse(bytes& out, const statement_comment* says) const;
    bool over_limit(const engine& e) const noexcept;
    std::error_code write_bind(bytes& out);
    const column_list& known_columns();
    column_list columns_as_asked() const;
    type_ref target_of(std::size_t parameter) const noexcept;
    std::optional<error> count_error(std::size_t wanted) const;
    progress parameter_description(bytes_view body);
    progress row_description(engine& e, bytes_view body);
    progress described_as(engine& e, std::vector<column> columns);
    progress command_complete(bytes_view body);
    progress completed(command_result&& done);
    progress copying();
    std::error_code decode_rows(bytes_view frames, std::uint32_t count);
    void forget_preparation() noexcept;
    void describe_rows(const column_list& columns);
    void fail(error e);
    std::string_view name() const noexcept;  // the server's; empty: the unnamed one

    statement_text text_;
    std::span<const parameter_view> parameters_;
    row_sink& rows_;
    std::size_t parameter_count_;
    std::string portal_;

    std::shared_ptr<prepared> prepared_;
    std::shared_ptr<const statement_facts> facts_;
    std::uint32_t rows_received_ = 0;
    bool preparing_ = false;  // it is this statement whose Parse of `prepared_` is not answered in full
    column_list asked_;       // known columns in the formats asked for, until the server describes them
    bool borrowed_ = false;   // facts_ is what another connection has learnt
    bool bound_ = false;      // BindComplete came: what is refused from here on may have run
    bool may_try_again_ = false;
    bool of_this_call_alone_ = false;  // no cache keeps it, but what the server says of it is kept
    std::vector<oid> parameter_types_;
    bool columns_told_ = false;  // to rows_
    struct held_rows {
        bytes frames;
        std::uint32_t count = 0;
        column_list columns;
        command_result done;
    };
    std::unique_ptr<held_rows> held_;
    travel travel_ = travel::undecided;
    bool from_cache_ = false;
    bool retried_ = false;
    bool copying_in_ = false;
    bool complete_ = false;
    bool dropping_ = false;  // rows that come are thrown away
    std::size_t bytes_received_ = 0;
    std::optional<error> failure_;
};

}  // namespace howdah::core
