// What users write inside of co_await, under AddressSanitizer of the compiler at hand: GCC 12 destroys some temporaries
// twice there, and none of these may be among them.
#include "driver.hpp"

namespace howdah::test {
namespace {

using namespace std::chrono_literals;

struct person {
    std::string name;
    std::optional<std::string> email;
};

const std::string long_text(100, 'x');  // beyond any small-string optimisation

awaitable<void> spell(connection& db) {
    co_await db.execute("create temp table people(name text, email text, tags text[])");
    const auto ada = co_await db.fetch_one<person>("insert into people values ($1, $2) returning name, email",
                                                   std::string{long_text}, std::optional<std::string>{long_text});
    EXPECT_EQ(ada.name, long_text);
    co_await db.execute("insert into people values ($1, $2, $3)", long_text + "2", std::optional<std::string>{},
                        std::vector<std::string>(2, long_text));
    EXPECT_EQ((co_await db.fetch_all<person>("select name, email from people")).size(), 2u);
    EXPECT_EQ((co_await db.with({.timeout = 5s}).query("select * from people where name = $1", std::string{long_text}))
                  .size(),
              1u);
    EXPECT_EQ((co_await db.fetch_optional<std::pair<std::string, std::string>>(
                   "select $1::text, $2::text", long_text + "a", std::string_view{long_text}))
                  ->first,
              long_text + "a");
    co_await db.execute(unsafe_sql{"select '" + long_text + "'"});
    co_await db.run_script(unsafe_sql{"select '" + long_text + "'; select 1"});
    const auto inserted = co_await db.in_transaction({.isolation = isolation_level::serializable, .max_attempts = 2},
                                                     [&](transaction& tx) -> awaitable<std::string> {
                                                         co_return co_await tx.fetch_one<std::string>(
                                                             "select $1::text", std::string{long_text});
                                                     });
    EXPECT_EQ(inserted, long_text);
    auto statement = co_await db.prepare<std::string>("select $1::text");
    EXPECT_EQ((co_await statement.fetch_one<std::string>(long_text + "b")), long_text + "b");
}

TEST(spelling, inside_of_co_await_destroys_nothing_twice) {
    async_driver driver;
    auto db = driver.connect(dsn());
    driver.call(spell(db));
}

}  // namespace
}  // namespace howdah::test
