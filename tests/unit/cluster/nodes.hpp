#pragma once
// A topology whose nodes are played by hand.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "howdah/base/generated/sqlstates.hpp"
#include "howdah/cluster/routed_call.hpp"
#include "howdah/cluster/topology.hpp"

namespace howdah::clustering::test {

using namespace std::chrono_literals;

constexpr std::uint64_t system_id = 7;

inline double drawn = 0.5;

inline error server_says(sqlstate state, enum fate f = fate::rejected) {
    server_message m;
    m.severity = "ERROR";
    m.code = state;
    m.message = "as the test has it";
    return error{std::move(m), f};
}
inline error hung_up(enum fate f = fate::unknown) { return error{errc::connection_closed, "the server is gone", f}; }
inline error late() { return error{errc::timed_out, "no answer in time"}; }

class nodes : public ::testing::Test {
protected:
    explicit nodes(const cluster_options& options = {}, std::string zone = {})
        : t{options, std::move(zone), [] { return drawn; }} {}

    node& add(const std::string& name, std::uint32_t weight = 1, std::string zone = {}) {
        auto n = std::make_shared<node>(name, node_options{.weight = weight, .zone = std::move(zone)});
        t.add(n);
        return *n;
    }
    void is_primary(node& n, std::uint64_t position = 1000, std::uint32_t timeline = 1) {
        t.probed(n, {.position = lsn{position}, .system = system_id, .timeline = timeline}, 1ms, now);
    }
    void is_replica(node& n, std::uint64_t position = 1000, std::uint32_t timeline = 1) {
        t.probed(n,
                 {.in_recovery = true,
                  .position = lsn{position},
                  .received = lsn{position},
                  .system = system_id,
                  .timeline = timeline},
                 1ms, now);
    }
    void is_gone(node& n) { t.unreachable(n, hung_up(fate::not_sent), now); }

    static wish read(routing how = {}) { return {.to = wish::side::reads, .how = how}; }
    static wish write() { return {}; }
    /// The name of who gets it; "": nobody.
    std::string chosen(const wish& w, std::uint64_t tried = 0) {
        const auto n = t.choose(w, tried, now);
        return n == nullptr ? "" : n->name();
    }
    /// How many of so many calls each gets.
    std::map<std::string, int> spread(const wish& w, int calls) {
        std::map<std::string, int> out;
        for (int i = 0; i < calls; ++i) ++out[chosen(w)];
        return out;
    }
    std::vector<news> told() {
        std::vector<news> out;
        while (auto one = t.next_news()) out.push_back(std::move(*one));
        return out;
    }
    node_status status_of(const node& n) {
        for (auto& s : t.status(now))
            if (s.name == n.name()) return s;
        throw std::runtime_error{"no such node"};
    }

    clock::time_point now{1h};
    topology t;
};

}  // namespace howdah::clustering::test
