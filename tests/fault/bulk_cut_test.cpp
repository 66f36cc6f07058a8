// The network breaks in the middle of a bulk call: all of its rows are stored or none, and the error does not lie.
#include <unistd.h>

#include <array>
#include <tuple>
#include <vector>

#include "fault_driver.hpp"
#include "proxy.hpp"

namespace howdah::test {
namespace {

using numbered = std::tuple<int, std::string>;

template <class D>
class bulk_cut : public ::testing::Test {
public:
    using connection = typename D::connection;

    static constexpr int row_count = 7;
    // No message is shorter than its tag and its length.
    static constexpr std::uint64_t stride = 4;

    D driver;
    blocking::connection witness{parse_conninfo(dsn())};
    proxy between{testing::shared_server().port()};
    std::string schema = "bulk_fault_" + std::to_string(::getpid());
    std::string through = dsn_through(between.port()) + "&options=-csearch_path%3D" + schema;
    const identifier table{schema, "t"};
    std::uint32_t last_session = 0;
    const std::vector<numbered> rows = [] {
        std::vector<numbered> out;
        for (int i = 0; i < row_count; ++i) out.emplace_back(i, "row " + std::to_string(i));
        return out;
    }();

    void SetUp() override {
        witness.execute(unsafe_sql{"create schema " + schema});
        witness.execute(unsafe_sql{"set search_path = " + schema});
        witness.execute("create table t(id int primary key, name text)");
    }
    void TearDown() override { witness.execute(unsafe_sql{"drop schema " + schema + " cascade"}); }

    int stored() { return witness.fetch_one<int>("select count(*)::int from t"); }

    void insert(connection& db, bulk_method how) {
        const auto done = driver.call(db.insert_many(table, {"id", "name"}, rows, {.method = how, .chunk_rows = 3}));
        EXPECT_EQ(done.rows_affected, rows.size());
    }
    void insert_and_return(connection& db) {
        const auto back =
            driver.call(db.template insert_many<int>(table, {"id", "name"}, rows, returning{"id"}, {.chunk_rows = 3}));
        for (int i = 0; i < row_count; ++i) EXPECT_EQ(back[std::size_t(i)], i);
    }
    void upsert_through_a_temporary_table(connection& db) {
        constexpr bulk_options how{.method = bulk_method::copy_through_temporary_table};
        EXPECT_EQ(driver.call(db.upsert_many(table, {"id", "name"}, rows, conflict{"id"}, how)).rows_affected,
                  rows.size());
    }

    void expect_all_or_none(const std::optional<error>& e) {
        const auto there = stored();
        EXPECT_TRUE(there == 0 || there == row_count) << there << " of " << row_count;
        if (!e || e->fate() == fate::executed) {
            EXPECT_EQ(there, row_count) << "said to be done";
        } else if (e->fate() != fate::unknown) {
            EXPECT_EQ(there, 0) << to_string(e->fate()) << ": " << e->what();
        }
    }
    template <class Work, class Expect>
    void run_broken(Work&& work, Expect&& expect, std::optional<fault> f) {
        in_time([&] {
            between.arm(std::nullopt);
            // A session that was cut off may still be storing what it had been sent.
            ASSERT_TRUE(testing::poll_until(testing::from_now(call_limit), [&] {
                return witness.fetch_one<bool>("select not exists(select from pg_stat_activity where pid = $1)",
                                               static_cast<int>(last_session));
            }));
            witness.execute("truncate t");
            auto db = driver.connect(through);
            last_session = db.process_id();
            between.arm(f);
            const auto failure = error_of([&] { work(db); });
            if (!f) {
                EXPECT_FALSE(failure) << failure->what();
            }
            expect(failure);
        });
    }
    template <class Work, class Expect>
    void break_everywhere(Work&& work, Expect&& expect) {
        run_broken(work, expect, std::nullopt);
        const std::array totals{between.passed(direction::to_server), between.passed(direction::to_client)};
        for (const auto where : {direction::to_server, direction::to_client}) {
            const auto total = totals[static_cast<std::size_t>(where)];
            ASSERT_GT(total, 0u);
            for (std::uint64_t after = 0; after <= total; after += stride) {
                SCOPED_TRACE("after " + std::to_string(after) + " of " + std::to_string(total) + " bytes");
                run_broken(work, expect, fault{where, after, after % 2 == 0 ? breakdown::close : breakdown::reset});
                if (this->HasFailure()) return;
            }
        }
    }
    template <class Work>
    void break_everywhere(Work&& work) {
        break_everywhere(work, [this](const std::optional<error>& e) { expect_all_or_none(e); });
    }
};
TYPED_TEST_SUITE(bulk_cut, both_drivers);

TYPED_TEST(bulk_cut, an_insert_by_arrays_in_chunks) {
    this->break_everywhere([this](auto& db) { this->insert(db, bulk_method::unnest); });
}
TYPED_TEST(bulk_cut, an_insert_by_statements) {
    this->break_everywhere([this](auto& db) { this->insert(db, bulk_method::pipeline); });
}
TYPED_TEST(bulk_cut, an_insert_by_copy) {
    this->break_everywhere([this](auto& db) { this->insert(db, bulk_method::copy); });
}
TYPED_TEST(bulk_cut, an_insert_that_gives_rows_back) {
    this->break_everywhere([this](auto& db) { this->insert_and_return(db); });
}
TYPED_TEST(bulk_cut, an_upsert_through_a_temporary_table) {
    this->break_everywhere([this](auto& db) { this->upsert_through_a_temporary_table(db); });
}

TYPED_TEST(bulk_cut, chunks_that_stand_for_themselves_are_reported_as_they_are) {
    std::optional<bulk_report> report;
    this->break_everywhere(
        [&](auto& db) {
            report.reset();
            report = this->driver.call(
                db.insert_many(this->table, {"id", "name"}, this->rows,
                               {.method = bulk_method::unnest, .unit = bulk_unit::chunk, .chunk_rows = 3}));
        },
        [&](const std::optional<error>& e) {
            if (e) {  // it did not get so far as to send rows
                EXPECT_EQ(this->stored(), 0) << e->what();
                return;
            }
            ASSERT_EQ(report->chunks.size(), 3u);
            for (const auto& chunk : report->chunks) {
                const auto there = this->witness.template fetch_one<std::size_t>(
                    "select count(*) from t where id >= $1::int and id < $2::int", chunk.first_row,
                    chunk.first_row + chunk.rows);
                if (!chunk.failure) {
                    EXPECT_EQ(there, chunk.rows) << "said to be done";
                } else if (chunk.failure->fate() != fate::unknown) {
                    EXPECT_EQ(there, 0u) << chunk.failure->what();
                }
                EXPECT_TRUE(there == 0 || there == chunk.rows);
            }
        });
}

}  // namespace
}  // namespace howdah::test
