#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <string>

#include "howdah/howdah.hpp"
#include "howdah/sim/cassette.hpp"
#include "howdah/sim/record/record_transport.hpp"
#include "howdah/testing/shared_server.hpp"
#include "tests/sim/recordings.hpp"
#include "tests/sim/temporary_folder.hpp"

namespace howdah::sim {
namespace {

class record_in_process : public ::testing::Test {
protected:
    std::string argument() const {
        return (folder_.path() / "cassette").string() + "?upstream=" + testing::shared_server().dsn;
    }
    connection_config config() const { return parse_conninfo("record:" + argument()); }
    std::string folder() const { return folder_.path() / "cassette"; }

private:
    temporary_folder folder_;
};

TEST_F(record_in_process, both_drivers_record_into_one_cassette_and_see_the_server_behind_it) {
    {
        blocking::connection db{config()};
        EXPECT_EQ(db.fetch_one<std::string>("select current_user"), "app");
        EXPECT_EQ(db.fetch_one<std::int64_t>("select $1::int8 + 1", 41), 42);
    }
    boost::asio::io_context context;
    const auto answer = [](connection_config c) -> awaitable<std::int64_t> {
        auto db = co_await connect(c);
        const auto first = co_await db.fetch_one<std::int64_t>("select $1::int8 + 1", 41);
        const auto second = co_await db.fetch_one<std::int64_t>("select $1::int8 + 1", 1);
        co_return first + second;
    };
    auto done = boost::asio::co_spawn(context, answer(config()), boost::asio::use_future);
    context.run();
    EXPECT_EQ(done.get(), 44);

    const auto report = end_recording(argument());
    ASSERT_TRUE(report);
    EXPECT_EQ(report->sessions, 2u);
    EXPECT_TRUE(report->losses.empty());
    const cassette tape{folder()};
    const auto found = tape.find(key_of("select $1::int8 + 1", {"41"}));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->use_count(), 2u) << "each driver's";
    EXPECT_EQ(only_value(*found->use(0)), "42");
    EXPECT_FALSE(end_recording(argument())) << "it has ended";
}

TEST_F(record_in_process, a_statement_s_first_use_and_its_later_ones_are_one_key) {
    {
        blocking::connection db{config()};
        for (int i = 0; i < 3; ++i) EXPECT_EQ(db.fetch_one<std::string>("select $1 || '!'", std::string{"a"}), "a!");
    }
    (void)end_recording(argument());
    const cassette tape{folder()};
    const auto found = tape.find(key_of("select $1 || '!'", {"a"}));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->use_count(), 3u);
    EXPECT_EQ(found->uses.size(), 1u) << "the same answer three times";
}

TEST_F(record_in_process, what_is_no_record_string_is_refused) {
    for (const auto* text :
         {"record:", "record:folder", "record:folder?upstream=", "record:?upstream=host=x", "record:a?b=c"})
        EXPECT_THROW(blocking::connection{parse_conninfo(text)}, error) << text;
}

}  // namespace
}  // namespace howdah::sim
