// COMMIT with its place in the write-ahead log: three exchanges in one write.
#include <gtest/gtest.h>

#include "howdah/core/transaction_calls.hpp"
#include "tests/unit/core/line.hpp"

namespace howdah::core {
namespace {

using namespace script;

std::string mode(std::string_view value) {
    return row_description({{"synchronous_commit", oids::text}}) + data_row({value}) + complete("SHOW") + ready("T");
}
std::string committed() { return complete("COMMIT") + ready(); }
std::string position() {
    return row_description({{"f", oids::pg_lsn},
                            {"i", oids::pg_lsn},
                            {"s", oids::text},
                            {"b", oids::int4},
                            {"z", oids::int8},
                            {"w", oids::text}}) +
           data_row({"0/100", "0/200", "on", "8192", "16777216", "000000020000000000000001"}) + complete("SELECT 1") +
           ready();
}

class commit_position : public ::testing::Test {
protected:
    line l;
    lease_id lease = 0;
    lease_call begin{"begin", lease};
    call<> work{"delete from a"};

    void SetUp() override {
        l.submit(begin);
        work.op.lease = lease;
        l.submit(work.op);
        (void)l.send();
    }
    void done(std::string_view status = "T") {
        ASSERT_TRUE(l.hear(begun() + (status == "T" ? first_use("DELETE 1") : refusal("23503")) + ready(status)));
    }
};

TEST_F(commit_position, is_asked_for_in_the_same_write_and_given_with_the_timeline) {
    done();
    end_call commit{lease, end_call::how::commit, end_call::position::wanted};
    l.submit(commit);
    EXPECT_EQ(l.send_tags(), "QQQ");
    ASSERT_TRUE(l.hear(mode("on") + committed()));
    EXPECT_FALSE(commit.done());
    EXPECT_TRUE(commit.confirmed());
    ASSERT_TRUE(l.hear(position()));
    ASSERT_TRUE(commit.done());
    EXPECT_EQ(commit.where(), (wal_position{.at = lsn{0x100}, .timeline = 2}));
    EXPECT_TRUE(l.engine.idle());
}

TEST_F(commit_position, of_a_commit_that_did_not_wait_for_its_flush_is_the_end_of_all_records) {
    done();
    end_call commit{lease, end_call::how::commit, end_call::position::wanted};
    l.submit(commit);
    (void)l.send();
    ASSERT_TRUE(l.hear(mode("off") + committed() + position()));
    EXPECT_EQ(commit.where()->at, lsn{0x200}) << "SET LOCAL, which the last question can't see any more";
}

TEST_F(commit_position, of_a_failed_transaction_is_none) {
    done("E");
    end_call commit{lease, end_call::how::commit, end_call::position::wanted};
    l.submit(commit);
    (void)l.send();
    ASSERT_TRUE(l.hear(refusal("25P02") + ready("E") + complete("ROLLBACK") + ready() + position()));
    EXPECT_EQ(code(commit), errc::commit_rolled_back);
    EXPECT_FALSE(commit.where());
    EXPECT_FALSE(commit.confirmed());
    EXPECT_TRUE(l.engine.idle());
}

TEST_F(commit_position, that_the_server_refuses_leaves_the_commit_a_success) {
    done();
    end_call commit{lease, end_call::how::commit, end_call::position::wanted};
    l.submit(commit);
    (void)l.send();
    ASSERT_TRUE(l.hear(mode("on") + committed() + refusal("55000") + ready()));
    EXPECT_TRUE(commit.done());
    EXPECT_FALSE(commit.failure());
    EXPECT_FALSE(commit.where());
}

TEST_F(commit_position, lost_at_any_byte_is_confirmed_exactly_when_the_commit_was_answered) {
    const auto known = mode("on").size() + committed().size();
    const auto answer = mode("on") + committed() + position();
    for (std::size_t n = 0; n <= answer.size(); ++n) {
        line at;
        lease_id of = 0;
        lease_call first{"begin", of};
        at.submit(first);
        call<> c{"delete from a"};
        c.op.lease = of;
        at.submit(c.op);
        (void)at.send();
        ASSERT_TRUE(at.hear(begun() + first_use("DELETE 1") + ready("T")));
        end_call commit{of, end_call::how::commit, end_call::position::wanted};
        at.submit(commit);
        (void)at.send();
        ASSERT_TRUE(at.hear(std::string_view{answer}.substr(0, n)));
        at.lose();
        ASSERT_TRUE(commit.done()) << n;
        EXPECT_EQ(commit.confirmed(), n >= known) << n;
        if (n < known) {
            EXPECT_EQ(fate_of(commit), fate::commit_unknown) << n;
        } else if (n < answer.size()) {
            EXPECT_EQ(fate_of(commit), fate::executed) << n;
            EXPECT_EQ(commit.where().value_or(wal_position{lsn{0x100}, 2}), (wal_position{lsn{0x100}, 2})) << n;
        }
    }
}

}  // namespace
}  // namespace howdah::core
