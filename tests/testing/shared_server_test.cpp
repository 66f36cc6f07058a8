#include "howdah/testing/shared_server.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "tests/testing/psql.hpp"

namespace howdah::testing {
namespace {

TEST(shared_server, is_reached_by_every_route) {
    const auto& server = shared_server();
    const std::string ssl = "select current_user, ssl from pg_stat_ssl where pid = pg_backend_pid()";
    EXPECT_EQ(psql(server.dsn_by(route::tls), ssl).output, "app|t");
    EXPECT_EQ(psql(server.dsn_by(route::tcp), ssl).output, "app|f");
    EXPECT_EQ(psql(server.dsn_by(route::socket), ssl).output, "app|f");
    EXPECT_EQ(psql(server.superuser_dsn, "select current_user").output, "postgres");
    EXPECT_TRUE(std::filesystem::exists(server.ca.value()));
}

TEST(shared_server, is_the_runs_own_where_a_run_has_one) {
    const char* given = std::getenv("HOWDAH_TEST_SERVER");
    if (given == nullptr) GTEST_SKIP() << "run by hand: HOWDAH_TEST_SERVER is not set";
    EXPECT_TRUE(std::filesystem::exists(given));
}

}  // namespace
}  // namespace howdah::testing
