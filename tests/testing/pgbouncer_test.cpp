#include "howdah/testing/pgbouncer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "howdah/base/error.hpp"
#include "howdah/testing/shared_server.hpp"
#include "tests/testing/psql.hpp"

namespace howdah::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

TEST(pgbouncer, stands_between_the_role_app_and_its_database) {
    const pgbouncer pooler{shared_server()};
    for (const auto r : {route::best, route::tcp, route::socket})
        EXPECT_EQ(psql(pooler.dsn(r), "select current_user || '@' || current_database()").output, "app@app");
    EXPECT_THROW(pooler.dsn(route::tls), error);
    EXPECT_THAT(pooler.version(), MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+"));
    EXPECT_THAT(pooler.execute_command("show databases"), HasSubstr("app|127.0.0.1|"));
}

TEST(pgbouncer, leaves_no_process_and_no_folder_behind) {
    pid_t process = 0;
    std::string folder;
    {
        pgbouncer pooler{shared_server()};
        process = pooler.process_id();
        folder = pooler.socket_folder();
        EXPECT_TRUE(is_alive(process));
        EXPECT_TRUE(pooler.running());
    }
    EXPECT_FALSE(is_alive(process));
    EXPECT_FALSE(std::filesystem::exists(folder));
}

TEST(pgbouncer, pools_by_the_mode_that_is_asked_for) {
    for (const auto& [mode, name] : {std::pair{pool_mode::session, "session"},
                                     {pool_mode::transaction, "transaction"},
                                     {pool_mode::statement, "statement"}}) {
        const pgbouncer pooler{shared_server(), {.pool_mode = mode, .default_pool_size = 2}};
        EXPECT_THAT(pooler.execute_command("show config"), HasSubstr(std::string{"pool_mode|"} + name));
        EXPECT_THAT(pooler.execute_command("show config"), HasSubstr("default_pool_size|2|"));
    }
}

TEST(pgbouncer, asks_for_the_password_in_the_way_that_is_wanted) {
    for (const auto how : {auth::scram, auth::md5, auth::password}) {
        const pgbouncer pooler{shared_server(), {.auth = how}};
        EXPECT_EQ(psql(pooler.dsn(), "select 7").output, "7");
        auto wrong = pooler.dsn();
        const auto password = shared_server().password();
        wrong.replace(wrong.find(password), password.size(), "wrong");
        EXPECT_NE(psql(wrong, "select 7").exit_status, 0);
    }
    EXPECT_THROW((pgbouncer{shared_server(), {.auth = auth::cert}}), error);
}

TEST(pgbouncer, wrong_setting_shows_the_end_of_the_log) {
    try {
        const pgbouncer pooler{shared_server(), {.settings = {{"pool_mode", "none"}}}};
        FAIL() << "it started";
    } catch (const error& e) {
        EXPECT_EQ(e.code(), errc::test_server_failed);
        EXPECT_THAT(e.what(), HasSubstr("pool_mode"));
    }
}

}  // namespace
}  // namespace howdah::testing
