#include "tests/testing/server_features.hpp"
#include "driver.hpp"

namespace howdah::test {
namespace {

TEST(server_features, are_what_the_table_says_of_this_version) {
    blocking::connection db{parse_conninfo(dsn())};
    for (const auto& feature : testing::all_server_features) {
        if (feature.probe.empty()) continue;
        bool works = true;
        try {
            db.run_script(unsafe_sql{std::string{feature.probe}});
        } catch (const error& e) {
            EXPECT_NE(e.server(), nullptr) << e.what();
            works = false;
        }
        EXPECT_EQ(works, testing::has(db, feature)) << feature.name << ": " << db.server_parameter("server_version");
    }
}

}  // namespace
}  // namespace howdah::test
