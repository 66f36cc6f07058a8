#pragma once
// Many clients at once, each with questions whose answers are its own.

#include <atomic>
#include <string>
#include <vector>

#include "pooler.hpp"
#include "tests/effort.hpp"

namespace howdah::test {

inline constexpr int many = 50, rounds = effort(40, 15);
inline constexpr std::uint32_t few_servers = 3;

enum class values { as_parameters, in_the_text };

inline std::string joined(const std::vector<std::string>& failures) {
    std::string out = std::to_string(failures.size()) + " clients failed";
    for (const auto& f : failures) out.append("\n").append(f);
    return out;
}

/// Three statements whose columns differ in type and number, so that one read by another's description would be noticed.
/// With parameters their texts are the same for all clients, without them they are each client's own.
struct answers {
    int client, round;
    std::string text() const { return "client " + std::to_string(client) + " round " + std::to_string(round); }
    std::int64_t number() const { return client * 1'000'000LL + round; }
    std::pair<int, std::string> pair() const { return {client, text()}; }
    unsafe_sql text_literally() const { return unsafe_sql{"select '" + text() + "'"}; }
    unsafe_sql number_literally() const { return unsafe_sql{"select " + std::to_string(number()) + "::int8"}; }
    unsafe_sql pair_literally() const { return unsafe_sql{"select " + std::to_string(client) + ", '" + text() + "'"}; }
};

inline std::atomic<int> right{0}, wrong{0};

inline void judge(bool is_right) { ++(is_right ? right : wrong); }

struct blocking_clients {
    void operator()(const client<blocking::connection>& c, values how) const {
        for (int i = 0; i < rounds; ++i) {
            const answers a{c.number, i};
            if (how == values::as_parameters) {
                judge(c.db.fetch_one<std::string>("select $1::text", a.text()) == a.text());
                judge(c.db.fetch_one<std::int64_t>("select $1::int8", a.number()) == a.number());
                judge(c.db.fetch_one<std::pair<int, std::string>>("select $1::int, $2::text", a.client, a.text()) ==
                      a.pair());
            } else {
                judge(c.db.fetch_one<std::string>(a.text_literally()) == a.text());
                judge(c.db.fetch_one<std::int64_t>(a.number_literally()) == a.number());
                judge(c.db.fetch_one<std::pair<int, std::string>>(a.pair_literally()) == a.pair());
            }
        }
    }
};

struct async_clients {
    awaitable<void> operator()(client<connection> c, values how) const {
        for (int i = 0; i < rounds; ++i) {
            const answers a{c.number, i};
            const auto text = a.text();
            if (how == values::as_parameters) {
                judge(co_await c.db.fetch_one<std::string>("select $1::text", text) == text);
                judge(co_await c.db.fetch_one<std::int64_t>("select $1::int8", a.number()) == a.number());
                judge(co_await c.db.fetch_one<std::pair<int, std::string>>("select $1::int, $2::text", a.client,
                                                                           text) == a.pair());
            } else {
                judge(co_await c.db.fetch_one<std::string>(a.text_literally()) == text);
                judge(co_await c.db.fetch_one<std::int64_t>(a.number_literally()) == a.number());
                judge(co_await c.db.fetch_one<std::pair<int, std::string>>(a.pair_literally()) == a.pair());
            }
        }
    }
};

/// Fifty of them. All must be answered, and rightly.
template <class Driver, class Clients>
void ask_at_once(Driver& driver, const std::string& conninfo, const Clients& clients, values how) {
    right = wrong = 0;
    const auto failures = run_clients(driver, conninfo, many, [&](const auto& c) { return clients(c, how); });
    EXPECT_EQ(failures.size(), 0u) << joined(failures);
    EXPECT_EQ(right, many * rounds * 3);
    EXPECT_EQ(wrong, 0);
}

}  // namespace howdah::test
