// What an engine tells its observer.
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "howdah/core/connection_setup.hpp"
#include "tests/unit/core/transaction.hpp"

namespace howdah::core::script {
namespace {

struct listening final : observer {
    using observer::on;
    void on(const query_start_event& e) override { said.push_back("start " + std::string{e.statement}); }
    void on(const query_end_event& e) override {
        said.push_back((e.failure != nullptr ? "failed " : "end ") + std::string{e.statement});
        host = e.host;
        rows = e.rows;
        bytes = e.bytes;
        duration = e.duration;
        queued = e.queued;
        attempt = e.attempt;
    }
    void on(const slow_query_event& e) override { said.push_back("slow " + std::string{e.statement}); }
    void on(const lock_conflict_event& e) override {
        said.push_back("conflict " + std::string{e.failure->state().text()});
    }
    void on(const result_limit_event& e) override {
        said.push_back("limit " + std::string{e.statement});
        words = e.failure->what();
    }
    void on(const idle_in_transaction_event& e) override {
        said.emplace_back("pause");
        duration = e.duration;
        idle = e.idle;
    }
    void on(const transaction_begin_event& e) override { said.push_back("begun " + std::to_string(e.attempt)); }
    void on(const transaction_end_event& e) override {
        using enum transaction_outcome;
        said.push_back(e.outcome == committed ? "committed" : e.outcome == rolled_back ? "rolled back" : "lost");
        duration = e.duration;
        idle = e.idle;
    }
    void on(const expiry_event& e) override {
        said.push_back((e.what == expiring::server_certificate ? "server " : "client ") + std::string{e.subject} + ' ' +
                       std::to_string(e.left.count()));
    }

    /// What it was told since the last time.
    std::vector<std::string> take() { return std::exchange(said, {}); }

    std::vector<std::string> said;
    std::string host, words;
    std::uint64_t rows = 0, bytes = 0;
    std::uint32_t attempt = 0;
    std::chrono::microseconds duration{}, queued{}, idle{};
};

using words = std::vector<std::string>;

struct observed : ::testing::Test {
    std::shared_ptr<listening> heard = std::make_shared<listening>();
    line l{options()};

    engine_options options() const {
        engine_options o;
        o.host = "db:5432";
        o.watcher = heard;
        o.max_result_bytes = 100;
        o.idle_in_transaction = 10s;
        return o;
    }
    lease_id begin_and_forget(const lease_limits& limits = {}) {
        const auto lease = begin_for_real(l, limits);
        heard->take();
        return lease;
    }
};

TEST_F(observed, call_says_what_came_and_how_long_it_took) {
    call<> c{"select n from t"};
    l.submit(c.op);
    (void)l.send();
    l.now += 5ms;
    ASSERT_TRUE(l.hear(first_number("\0\0\0\1"sv) + ready()));
    EXPECT_EQ(heard->take(), (words{"start select n from t", "end select n from t"}));
    EXPECT_EQ(heard->host, "db:5432");
    EXPECT_EQ(heard->rows, 1u);
    EXPECT_EQ(heard->bytes, 15u);
    EXPECT_EQ(heard->attempt, 1u);
    EXPECT_GE(heard->duration, 5ms);
    EXPECT_LT(heard->duration, 1s);
    EXPECT_EQ(heard->queued, 0ms);
}

TEST_F(observed, call_over_slow_query_is_told_as_slow_too) {
    call<> c{"delete from t"};
    l.submit(c.op);
    (void)l.send();
    l.now += 1s;
    ASSERT_TRUE(l.hear(first_use("DELETE 1") + ready()));
    EXPECT_EQ(heard->take(), (words{"start delete from t", "slow delete from t", "end delete from t"}));
}

TEST_F(observed, lock_conflicts_are_told_by_their_sqlstate) {
    for (const auto* state : {"55P03", "40P01", "40001"}) {
        call<> c{"delete from t"};
        l.submit(c.op);
        (void)l.send();
        ASSERT_TRUE(l.hear(refusal(state) + ready()));
        EXPECT_EQ(heard->take(),
                  (words{"start delete from t", "conflict " + std::string{state}, "failed delete from t"}));
    }
}

TEST_F(observed, result_over_its_limit_is_told) {
    call<all_rows<std::int32_t>> c{"select n from t"};
    l.submit(c.op);
    (void)l.send();
    std::string rows;
    for (int i = 0; i < 20; ++i) rows += data_row({"\0\0\0\1"sv});
    ASSERT_TRUE(l.hear(message('1') + parameter_types({}) + row_description({{"n", oids::int4}}) + message('2') + rows +
                       complete("SELECT 20") + ready()));
    EXPECT_EQ(heard->take(), (words{"start select n from t", "limit select n from t", "failed select n from t"}));
}

TEST_F(observed, result_of_more_rows_than_may_be_is_told_with_both_limits) {
    auto limited = options();
    limited.max_result_bytes = 1'000'000;
    limited.max_result_rows = 2;
    line few{limited};
    const auto three =
        first_number("\0\0\0\1"sv).substr(0, first_number("\0\0\0\1"sv).size() - complete("SELECT 1").size()) +
        data_row({"\0\0\0\2"sv}) + data_row({"\0\0\0\3"sv}) + complete("SELECT 3") + ready();
    call<all_rows<std::int32_t>> c{"select n from t"};
    few.submit(c.op);
    (void)few.send();
    ASSERT_TRUE(few.hear(three));
    EXPECT_EQ(code(c.op), errc::result_too_large);
    EXPECT_EQ(fate_of(c.op), fate::executed);
    EXPECT_EQ(heard->take(), (words{"start select n from t", "limit select n from t", "failed select n from t"}));
    EXPECT_NE(heard->words.find("max_result_rows (2), beside max_result_bytes (1000000)"), std::string::npos)
        << heard->words;
    EXPECT_TRUE(few.engine.idle()) << "the connection goes on";
}

TEST_F(observed, pause_in_a_transaction_is_told_once_while_it_lasts) {
    begin_and_forget();
    l.now += 1s;
    EXPECT_EQ(l.engine.next_deadline(), l.now + 9s);
    ASSERT_TRUE(l.later(8s));
    EXPECT_EQ(heard->take(), words{});
    ASSERT_TRUE(l.later(1s));
    EXPECT_EQ(heard->take(), words{"pause"});
    EXPECT_EQ(heard->idle, 10s);
    ASSERT_TRUE(l.later(60s));
    EXPECT_EQ(heard->take(), words{}) << "once is enough";
}

// So that a driver, which looks at it when a call is submitted, need not do so when it is answered.
TEST_F(observed, transaction_that_has_not_begun_yet_has_its_pause_s_deadline_already) {
    const auto lease = begin(l);
    call<> c{"delete from t"};
    submit_under(l, lease, c.op);
    EXPECT_EQ(l.engine.lease_deadline(), l.now + 10s);
    (void)l.send();
    ASSERT_TRUE(l.later(10s));
    heard->take();
    ASSERT_TRUE(l.hear(begun() + first_use("DELETE 1") + ready("T")));
    ASSERT_TRUE(l.later(10s));
    EXPECT_EQ(heard->take().back(), "pause");
    call<> again{"delete from t"};
    submit_under(l, lease, again.op);
    EXPECT_EQ(l.engine.lease_deadline(), l.now + 10s);
}

TEST_F(observed, each_long_pause_of_a_transaction_is_told_and_no_work_is_one) {
    const auto lease = begin_and_forget();
    for (int i = 0; i < 2; ++i) {
        call<> c{"delete from t"};
        submit_under(l, lease, c.op);
        (void)l.send();
        ASSERT_TRUE(l.later(11s));
        EXPECT_EQ(heard->take(), words{"start delete from t"}) << "the server is at work";
        ASSERT_TRUE(l.hear(later_use("DELETE 1") + ready("T")));
        heard->take();
        ASSERT_TRUE(l.later(10s));
        EXPECT_EQ(heard->take(), words{"pause"});
    }
}

// A driver that looks at its clock only when it is called.
TEST_F(observed, pause_that_nobody_has_looked_at_is_told_by_the_next_call) {
    const auto lease = begin_and_forget();
    l.now += 11s;
    end_call commit{lease, end_call::how::commit};
    l.submit(commit);
    EXPECT_EQ(heard->take(), (words{"pause", "start commit"}));
}

TEST_F(observed, pauses_are_not_told_where_nobody_wants_to_know) {
    auto quiet = options();
    quiet.idle_in_transaction = 0s;
    line q{quiet};
    (void)begin_for_real(q);
    heard->take();
    ASSERT_TRUE(q.later(std::chrono::hours{1}));
    EXPECT_EQ(heard->take(), words{});
}

TEST_F(observed, transaction_that_commits_says_how_long_the_server_had_nothing_to_do) {
    const auto lease = begin_for_real(l, {.attempt = 3});
    EXPECT_EQ(heard->take(),
              (words{"start begin", "end begin", "start delete from t", "begun 3", "end delete from t"}));
    EXPECT_EQ(heard->attempt, 3u);
    l.now += 2s;
    end_call commit{lease, end_call::how::commit};
    l.submit(commit);
    (void)l.send();
    l.now += 500ms;
    ASSERT_TRUE(l.hear(complete("COMMIT") + ready()));
    EXPECT_EQ(heard->take(), (words{"start commit", "committed", "end commit"}));
    EXPECT_EQ(heard->idle, 2s);
}

TEST_F(observed, transaction_that_is_rolled_back_is_told_so) {
    end_call rollback{begin_and_forget(), end_call::how::roll_back};
    l.submit(rollback);
    (void)l.send();
    ASSERT_TRUE(l.hear(complete("ROLLBACK") + ready()));
    EXPECT_EQ(heard->take(), (words{"start rollback", "rolled back", "end rollback"}));
}

TEST_F(observed, transaction_that_is_dropped_is_told_as_rolled_back) {
    l.engine.release(begin_and_forget());
    (void)l.send();
    ASSERT_TRUE(l.hear(complete("ROLLBACK") + ready()));
    EXPECT_EQ(heard->take(), words{"rolled back"});
}

TEST_F(observed, transaction_whose_commit_the_server_rolls_back_is_told_so) {
    end_call commit{begin_and_forget(), end_call::how::commit};
    l.submit(commit);
    (void)l.send();
    ASSERT_TRUE(l.hear(complete("ROLLBACK") + ready()));
    EXPECT_EQ(heard->take(), (words{"start commit", "rolled back", "failed commit"}));
}

TEST_F(observed, transaction_without_an_answer_to_its_commit_is_lost) {
    end_call commit{begin_and_forget(), end_call::how::commit};
    l.submit(commit);
    (void)l.send();
    l.lose();
    EXPECT_EQ(heard->take(), (words{"start commit", "failed commit", "lost"}));
}

TEST_F(observed, transaction_that_did_nothing_is_not_told) {
    l.engine.release(begin(l));
    EXPECT_EQ(heard->take(), (words{"start begin", "end begin"}));
}

TEST(expiry, of_certificates_is_told_from_fourteen_days_before) {
    const auto now = std::chrono::system_clock::now();
    const auto certificate = [&](const char* subject, auto left) {
        net::certificate c;
        c.subject = subject;
        c.not_after = std::chrono::ceil<std::chrono::system_clock::duration>(now + left);
        return c;
    };
    net::tls_info tls;
    tls.chain = {certificate("CN=soon", 14 * 24h - 1s), certificate("CN=later", 14 * 24h)};
    listening heard;
    tell_expiries(&heard, "db:5432", tls, now);
    EXPECT_EQ(heard.take(), words{"server CN=soon 1209599"});
    tls.own = certificate("CN=me", -1h);
    tell_expiries(&heard, "db:5432", tls, now);
    EXPECT_EQ(heard.take(), (words{"server CN=soon 1209599", "client CN=me -3600"}));
}

}  // namespace
}  // namespace howdah::core::script
