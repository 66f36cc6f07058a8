#pragma once
// The network breaks in the middle of an exchange between a real client and a real server. Nobody may hang, and nobody
// may be told what is not so.

#include <unistd.h>

#include <algorithm>
#include <array>
#include <functional>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fault_driver.hpp"
#include "howdah/base/reader.hpp"
#include "proxy.hpp"
#include "tests/effort.hpp"

namespace howdah::test {

inline const char* name(direction d) { return d == direction::to_server ? "to the server" : "to the client"; }

template <class D>
class cut : public with_driver<D> {
protected:
    using connection = typename D::connection;
    using transaction = typename D::transaction;
    /// Does something with row number `key`; throws error, or fails the test if the answer is not the right one.
    using exchange = std::function<void(connection&, int key)>;
    enum class effect : std::uint8_t { nothing, a_row };

    blocking::connection witness{parse_conninfo(dsn())};
    proxy between{testing::shared_server().port()};
    int last_key = 0;

    // The table is named in the session's search_path, so that statements are literals.
    std::string schema = "fault_" + std::to_string(::getpid());
    std::string through = dsn_through(between.port()) + "&options=-csearch_path%3D" + schema;

    void SetUp() override {
        witness.execute(unsafe_sql{"create schema " + schema});
        witness.execute(unsafe_sql{"set search_path = " + schema});
        witness.execute("create table t(x int)");
    }
    void TearDown() override { witness.execute(unsafe_sql{"drop schema " + schema + " cascade"}); }

    bool committing = false;  // its COMMIT may be on its way

    bool is_there(int key) { return witness.fetch_one<bool>("select exists(select from t where x = $1)", key); }

    void expect_honest(const std::optional<error>& e, int key, effect what) {
        if (what == effect::nothing) {
            if (e) {
                EXPECT_TRUE(e->fate() == fate::unknown || e->fate() == fate::not_sent)
                    << to_string(e->fate()) << ": " << e->what();
            }
        } else if (!e || e->fate() == fate::executed) {
            EXPECT_TRUE(is_there(key)) << "said to be done";
        } else if (e->fate() == fate::not_sent || e->fate() == fate::rejected) {
            EXPECT_FALSE(is_there(key)) << to_string(e->fate()) << ": " << e->what();
        } else if (e->fate() == fate::commit_unknown) {
            EXPECT_TRUE(committing) << e->what();
        } else {
            EXPECT_FALSE(committing) << "a lost COMMIT is commit_unknown, not " << to_string(e->fate()) << ": "
                                     << e->what();
        }
    }
    void expect_usable_or_closed(connection& db) {
        std::optional<int> answer;
        const auto e = error_of([&] { answer = this->call(db.template fetch_one<int>("select 40 + $1::int", 2)); });
        if (e) {
            EXPECT_FALSE(db.open()) << e->what();
        } else {
            EXPECT_EQ(answer, 42);
        }
    }

    /// One exchange on a new connection, broken by `f`. What went through it, by direction, is in `between`.
    void run_broken(const exchange& run, effect what, std::optional<fault> f) {
        in_time([&] {
            between.arm(std::nullopt);
            auto db = this->driver.connect(through);
            between.arm(f);
            const auto key = 1'000'000 + ++last_key;  // all as long as each other
            committing = false;
            const auto failure = error_of([&] { run(db, key); });
            expect_honest(failure, key, what);
            if (f) {
                expect_usable_or_closed(db);
            } else {
                EXPECT_FALSE(failure) << failure->what();
            }
        });
    }
    /// `places`: of the bytes that go one way, those after which it breaks.
    using places = std::vector<std::uint64_t> (*)(const std::string& sent);
    static std::vector<std::uint64_t> each_byte(const std::string& sent) {
        std::vector<std::uint64_t> out(sent.size() + 1);
        std::iota(out.begin(), out.end(), std::uint64_t{0});
        return out;
    }
    /// Between two messages, behind the first byte of one, and behind its header.
    static std::vector<std::uint64_t> each_message(const std::string& sent) {
        std::vector<std::uint64_t> out;
        for (std::size_t at = 0; at < sent.size();) {
            for (const std::size_t inside : {0u, 1u, 5u}) out.push_back(std::min(at + inside, sent.size()));
            at += 1 + load_big_endian<std::uint32_t>(as_bytes(sent).data() + at + 1);
        }
        out.push_back(sent.size());
        return out;
    }
    using both_ways = std::array<std::string, 2>;
    both_ways seen() const { return {between.seen(direction::to_server), between.seen(direction::to_client)}; }
    /// `run(fault)` gives what went both ways; without a fault first, then with one at each of the places (under a
    /// sanitizer: at each third).
    template <class F>
    void break_everywhere(places of, F run) {
        const both_ways sent = run(std::nullopt);
        for (const auto where : {direction::to_server, direction::to_client}) {
            const auto& whole = sent[static_cast<std::size_t>(where)];
            ASSERT_FALSE(whole.empty());
            const auto all = of(whole);
            constexpr std::size_t step = effort(1, 3);
            for (std::size_t i = 0; i < all.size(); i += step) {
                const auto after = all[i];
                SCOPED_TRACE("after " + std::to_string(after) + " of " + std::to_string(whole.size()) + " bytes " +
                             name(where));
                run(fault{where, after, after % 2 == 0 ? breakdown::close : breakdown::reset});
                if (this->HasFailure()) return;
            }
        }
    }
    void break_at(places of, const exchange& run, effect what) {
        break_everywhere(of, [&](std::optional<fault> f) {
            run_broken(run, what, f);
            return seen();
        });
    }
};

}  // namespace howdah::test
