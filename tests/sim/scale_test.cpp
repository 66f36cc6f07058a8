// A cassette of very many requests.

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "howdah/sim/replay/replayer.hpp"
#include "recordings.hpp"
#include "temporary_folder.hpp"
#include "tests/effort.hpp"

namespace howdah::sim {
namespace {

constexpr int many = test::effort(100'000, 3'000), like_each_other = test::effort(20'000, 1'000);
constexpr std::string_view sql = "select s from t where id = $1";

std::string value_of(int id) { return "the row with the number " + std::to_string(id); }

/// The most memory that this process has had since the last call, in MiB.
class peak_memory {
public:
    peak_memory() { std::ofstream{"/proc/self/clear_refs"} << '5'; }
    std::size_t mebibytes() const {
        std::ifstream status{"/proc/self/status"};
        for (std::string line; std::getline(status, line);)
            if (line.starts_with("VmHWM:")) return std::stoul(line.substr(6)) / 1024;
        return 0;
    }
};

void record(const std::filesystem::path& folder, int count, const manifest& about = {}) {
    cassette_writer tape{folder, about};
    request_keys keys{tape.about(), {}};
    const auto statement = keys.of(sql);
    const auto session = tape.begin_session();
    tape.describe(statement, {.parameters = {oids::int4}});
    for (int id = 0; id < count; ++id) {
        const auto text = std::to_string(id), value = value_of(id);
        const std::vector<field> parameters{sent(text, oids::int4)};
        tape.add(session, keys.of(statement, parameters), selected({value}));
    }
    tape.save();
}

/// By numbers that follow on `before`.
void ask_for_each(replayer& from, int count, int before = 0) {
    session_track session;
    const auto statement = from.statement(sql);
    for (int id = 0; id < count; ++id) {
        const auto text = std::to_string(before + id);
        const std::vector<field> parameters{sent(text, oids::int4)};
        const auto found =
            from.next(session, {.what = *statement, .parameters = parameters}, replayer::transaction::healthy);
        ASSERT_NE(found.what, nullptr) << id;
        ASSERT_EQ(only_value(*found.what), value_of(id));
    }
}

TEST(cassette, a_hundred_thousand_requests_are_written_read_and_replayed_in_bounded_memory) {
    const temporary_folder dir;
    // What sanitizers keep for themselves is no measure.
    const auto expect_at_most = [](const peak_memory& peak, std::size_t mebibytes, const char* what) {
        RecordProperty(what, static_cast<int>(peak.mebibytes()));
        EXPECT_TRUE(test::sanitized || peak.mebibytes() <= mebibytes) << what << ": " << peak.mebibytes() << " MiB";
    };
    {
        const peak_memory peak;
        record(dir.path(), many);
        expect_at_most(peak, 200, "recording");
    }
    {
        const peak_memory peak;
        replayer from{dir.path()};
        EXPECT_EQ(from.tape().size(), std::size_t{many});
        ask_for_each(from, many);
        EXPECT_FALSE(drifted(from.report(), strictness::strict));
        expect_at_most(peak, 300, "replay");
    }
}

// Each is looked for behind those that were given before.
TEST(cassette, twenty_thousand_requests_that_a_rule_lets_stand_for_each_other_are_given_in_their_order) {
    const temporary_folder dir;
    manifest about;
    about.match = {{.where = {.position = 1}, .by = match_by::any}};
    record(dir.path(), like_each_other, about);
    replayer from{dir.path()};
    ask_for_each(from, like_each_other, like_each_other);
    EXPECT_FALSE(drifted(from.report(), strictness::strict));
}

}  // namespace
}  // namespace howdah::sim
