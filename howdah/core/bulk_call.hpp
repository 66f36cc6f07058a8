#pragma once
// insert_many, upsert_many, update_many, delete_many: operations one after another, without the waiting.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "howdah/core/bulk_step.hpp"
#include "howdah/core/operation.hpp"
#include "howdah/core/sinks.hpp"
#include "howdah/core/statement_facts.hpp"
#include "howdah/sql/bulk_plan.hpp"
#include "howdah/sql/sql.hpp"
#include "howdah/types/boolean.hpp"

namespace howdah::core {

struct engine_options;

/// A bulk call as the operations that it takes: one to know the columns, which is answered by the connection's cache
/// from its second use on, then the rows.
class bulk_call {
public:
    /// Throws invalid_option.
    explicit bulk_call(bulk_request request);
    bulk_call(const bulk_call&) = delete;
    bulk_call& operator=(const bulk_call&) = delete;
    virtual ~bulk_call();

    /// What is to be performed, or to go on, next; the last one is done, or paused. Null: all is done.
    /// Throws error: what went wrong.
    operation* next(const engine_options& about, lease_id lease);

protected:
    const bulk_request& request() const noexcept { return request_; }
    bulk_report take_report() noexcept { return std::move(report_); }

private:
    /// How many rows there are, where that is known without using them up.
    virtual std::optional<std::size_t> count() = 0;
    /// The columns that the rows go into. Errors: column_count_mismatch, column_not_found.
    virtual std::optional<error> describe(std::span<const column> columns) = 0;
    virtual column_fit fit(std::size_t position) const noexcept = 0;
    /// Throws what is wrong with a row, which it names.
    virtual void encode(encoded_rows& out) = 0;
    /// The same for all of them as COPY's binary format has them. Gives how many there are.
    virtual std::size_t encode(row_buffer& out) = 0;
    /// The rows that are sent are these of those that were given, if not all.
    virtual void sends(std::size_t given, std::span<const std::size_t> sent) = 0;
    virtual std::unique_ptr<bulk_sink> new_sink(std::size_t first, std::size_t count, numbering how) = 0;

    enum class state : std::uint8_t { fresh, describing, asking, preparing, running, copying, forgetting, done };
    // A statement of several rows, or (by bulk_method::pipeline) several of one row.
    struct chunk {
        std::size_t first, rows, first_step;
    };

    operation* describe_table(const engine_options& about, lease_id lease);
    operation* described(const engine_options& about);
    bulk_situation situation(const engine_options& about);
    operation* ask_about_table();
    operation* asked(const engine_options& about);
    operation* send(const engine_options& about);
    void choose_rows();
    operation* copy();
    operation* go_on_copying();
    operation* send_steps();
    void make_steps();
    operation* prepare();
    operation* prepared();
    operation* run();
    operation* ran();
    operation* failed(error why);
    operation* ask_cache_to_forget();
    void report_chunks();
    std::optional<error> failure_of(const chunk& c) const;
    std::size_t given_as(std::size_t sent) const noexcept { return sent_.empty() ? sent : sent_[sent]; }

    bulk_request request_;
    state state_ = state::fresh;
    statement_text describing_;
    untyped_rows described_;
    std::shared_ptr<const statement_facts> facts_;
    std::vector<column_fit> fits_;
    std::optional<bool> plain_table_;
    oid table_{};
    parameter_view table_parameter_;
    optional_row<bool> table_answer_;
    std::optional<bulk_plan> plan_;
    encoded_rows rows_;
    std::vector<std::size_t> sent_;
    std::optional<statement_text> text_;
    step_list steps_;
    std::vector<std::size_t> syncs_;
    std::vector<chunk> chunks_;
    row_buffer copied_;  // by COPY: the rows
    std::size_t copied_rows_ = 0;
    bytes_view to_copy_;  // what is left of them
    bool retried_ = false;
    std::optional<error> failure_;
    bulk_report report_;
    std::unique_ptr<operation> current_;  // refers to much of the above
};

}  // namespace howdah::core
