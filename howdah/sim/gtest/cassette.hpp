#pragma once
// For tests with GoogleTest of programs that use howdah. Link howdah::sim.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <optional>
#include <string>
#include <utility>

#include "howdah/sim/record/record_transport.hpp"
#include "howdah/sim/replay/drift_report.hpp"
#include "howdah/sim/replay/replay_transport.hpp"

namespace howdah::testing {

/// A test fixture whose database is a cassette: replayed, or recorded anew with HOWDAH_CASSETTE=record in the environment.
///
///     class orders : public howdah::testing::cassette {
///     protected:
///         orders() : cassette{"tests/cassettes", "postgresql://app@localhost/app"} {}
///     };
///     TEST_F(orders, are_kept) {
///         howdah::blocking::connection db{howdah::parse_conninfo(conninfo())};
///         ...
///     }
///
/// Each test has a folder of its own, "orders.are_kept". A test without one fails when it asks for conninfo(). Drift fails
/// a test where the environment has CI, and is printed elsewhere; what is unmatched is an error to the test anyway.
class cassette : public ::testing::Test {
protected:
    /// `upstream` is what is recorded from; HOWDAH_CASSETTE_UPSTREAM goes first.
    cassette(std::filesystem::path folder, std::string upstream)
        : folder_{std::move(folder) / name_of_test()}, upstream_{std::move(upstream)} {
        if (const auto other = variable("HOWDAH_CASSETTE_UPSTREAM"); !other.empty()) upstream_ = other;
    }

    bool recording() const { return variable("HOWDAH_CASSETTE") == "record"; }
    const std::filesystem::path& folder() const noexcept { return folder_; }

    /// Connects to the recording, or to the recorder.
    std::string conninfo() const {
        if (recording()) return "record:" + recorder();
        if (!std::filesystem::exists(folder_))
            throw error{errc::invalid_option, "there is no cassette " + folder_.string() +
                                                  ": record it with HOWDAH_CASSETTE=record and a server"};
        return "replay:" + folder_.string();
    }

    /// Call it last if you override it, with every connection closed.
    void TearDown() override {
        if (recording()) {
            if (const auto report = sim::end_recording(recorder()))
                for (const auto& [what, times] : report->losses)
                    std::cerr << "not recorded, " << times << " times: " << what << '\n';
            return;
        }
        const auto report = sim::end_replay(folder_.string());
        if (!report || !sim::drifted(*report, sim::strictness::strict)) return;
        if (variable("CI").empty()) std::cerr << sim::to_text(*report);
        else ADD_FAILURE() << sim::to_text(*report);
    }

private:
    std::string recorder() const { return folder_.string() + "?upstream=" + upstream_; }
    static std::string variable(const char* name) {
        const char* value = std::getenv(name);
        return value == nullptr ? "" : value;
    }
    static std::string name_of_test() {
        const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
        std::string name = std::string{test->test_suite_name()} + '.' + test->name();
        for (auto& c : name)
            if (c == '/') c = '-';  // of parameterised tests
        return name;
    }

    std::filesystem::path folder_;
    std::string upstream_;
};

}  // namespace howdah::testing
