#pragma once
// What the callers of the stress test may do. Each call checks its own answer, and says what must be in the table.

#include <map>
#include <memory>
#include <random>
#include <span>
#include <vector>

#include "fault_driver.hpp"

namespace howdah::test {

class stress_calls {
public:
    using call = awaitable<void> (stress_calls::*)();
    struct kind {
        const char* name;
        call run;
    };
    static std::span<const kind> kinds() noexcept;

    explicit stress_calls(std::uint32_t seed) : random_{seed} {}

    int below(int n) { return std::uniform_int_distribution{0, n - 1}(random_); }
    std::vector<std::unique_ptr<connection>>& open() noexcept { return open_; }
    /// By its key: a row that is in the table for sure (true), or perhaps.
    const std::map<int, bool>& certain() const noexcept { return certain_; }
    /// Stands in the table from the beginning.
    static constexpr int taken_key = -1;

private:
    connection& any() { return *open_[static_cast<std::size_t>(below(static_cast<int>(open_.size())))]; }
    int may_insert() {
        certain_[++last_key_] = false;
        return last_key_;
    }
    void has_inserted(int key) { certain_[key] = true; }
    stream_options some_shape();

    // One statement, or several of them at once.
    awaitable<void> fetches();
    awaitable<void> fetches_many();
    awaitable<void> queries();
    awaitable<void> errs();
    awaitable<void> inserts();
    awaitable<void> prepares();
    awaitable<void> runs_pipeline();
    awaitable<void> runs_pipeline_that_fails();
    awaitable<void> runs_script();
    awaitable<void> runs_out_of_time();
    // Transactions.
    awaitable<void> inserts_in_transaction();
    awaitable<void> undoes_savepoint();
    awaitable<void> undoes_what_is_open();
    awaitable<void> fails_in_nested_transaction();
    // Answers in parts.
    awaitable<void> streams();
    awaitable<void> leaves_stream();
    awaitable<void> leaves_stream_of_transaction();
    awaitable<void> streams_side_by_side();
    awaitable<void> stream_runs_out_of_time();
    awaitable<void> executes_portal();
    awaitable<void> moves_cursor();
    awaitable<void> holds_cursor();
    // COPY.
    awaitable<void> copies_in();
    awaitable<void> leaves_copy_in();
    awaitable<void> copies_in_what_is_there();
    awaitable<void> copies_in_in_transaction();
    awaitable<void> copies_out();
    awaitable<void> leaves_copy_out();

    std::mt19937 random_;
    std::vector<std::unique_ptr<connection>> open_;
    std::map<int, bool> certain_;
    int last_key_ = 0;
};

}  // namespace howdah::test
