#include "howdah/pool/pool_options.hpp"

#include <functional>

#include "tests/unit/pool/shell.hpp"

namespace howdah::pooling::test {
namespace {

TEST(pool_options, are_sound_as_they_come) {
    EXPECT_NO_THROW(pool_options{}.validate());
    EXPECT_GE(pool_options{}.max_connections, 4u);
}

TEST(pool_options, that_are_wrong_are_named) {
    struct wrong {
        const char* name;
        std::function<void(pool_options&)> change;
    };
    const wrong all[]{
        {"max_connections", [](auto& o) { o.max_connections = 0; }},
        {"connection_cap", [](auto& o) { o.max_connections = 101; }},
        {"min_connections", [](auto& o) { o.min_connections = o.max_connections + 1; }},
        {"connect_attempts", [](auto& o) { o.connect_attempts = 0; }},
        {"acquire_timeout", [](auto& o) { o.acquire_timeout = -1ms; }},
        {"idle_timeout", [](auto& o) { o.idle_timeout = -1ms; }},
        {"max_lifetime", [](auto& o) { o.max_lifetime = -1ms; }},
        {"health_check_interval", [](auto& o) { o.health_check_interval = -1ms; }},
        {"ping_after", [](auto& o) { o.ping_after = -1ms; }},
        {"first_backoff", [](auto& o) { o.first_backoff = -1ms; }},
        {"slow_acquire", [](auto& o) { o.slow_acquire = -1ms; }},
        {"ping_timeout", [](auto& o) { o.ping_timeout = 0ms; }},
        {"hook_timeout", [](auto& o) { o.hook_timeout = 0ms; }},
        {"longest_backoff", [](auto& o) { o.longest_backoff = o.first_backoff - 1ms; }},
    };
    for (const auto& w : all) {
        pool_options o;
        w.change(o);
        try {
            o.validate();
            ADD_FAILURE() << w.name << " was accepted";
        } catch (const error& e) {
            EXPECT_EQ(e.code(), errc::invalid_option);
            EXPECT_NE(std::string{e.what()}.find(w.name), std::string::npos) << e.what();
        }
    }
}

TEST(pool_options, a_raised_cap_allows_more) {
    EXPECT_NO_THROW((pool_options{.max_connections = 500, .connection_cap = 500}.validate()));
}

TEST(place, is_a_line_or_a_statement_that_is_cut) {
    EXPECT_EQ(place::of("select 1").to_string(), "statement \"select 1\"");
    const std::string longer(100, 'x');
    EXPECT_EQ(place::of(longer).to_string(), "statement \"" + std::string(80, 'x') + "...\"");
    const auto here = std::source_location::current();
    EXPECT_EQ(place::of(here).to_string(), std::string{here.file_name()} + ":" + std::to_string(here.line()));
}

}  // namespace
}  // namespace howdah::pooling::test
