// The opt-in headers for Boost.UUID and Boost.JSON; the latter's code is compiled here.

#include <boost/json/src.hpp>
#include <boost/uuid/uuid_io.hpp>

#include "howdah/types/array.hpp"
#include "howdah/types/boost_json.hpp"
#include "howdah/types/boost_uuid.hpp"
#include "tests/unit/types/forms.hpp"

namespace howdah {
namespace {

using namespace tests;

TEST(boost_uuids, have_the_servers_forms) {
    const server_forms server{"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "a0eebc999c0b4ef8bb6d6bb9bd380a11"};
    expect_forms<boost::uuids::uuid>(server);
    expect_refused_when_cut<boost::uuids::uuid>(server.binary);
    EXPECT_EQ(boost::uuids::to_string(from_text<boost::uuids::uuid>(server.text)), server.text);
    EXPECT_EQ(from_text<std::vector<boost::uuids::uuid>>("{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}").size(), 1U);
}

TEST(boost_json, is_json_and_jsonb) {
    const auto read = from_binary<boost::json::value>("01" + hex(as_bytes(R"({"a": [1, null]})")), oids::jsonb);
    EXPECT_EQ(read, (boost::json::value{{"a", boost::json::array{1, nullptr}}}));
    EXPECT_EQ(to_hex(read, oids::jsonb), "01" + hex(as_bytes(R"({"a":[1,null]})")));
    EXPECT_EQ(to_hex(read, oids::json), hex(as_bytes(R"({"a":[1,null]})")));
    EXPECT_EQ(from_text<boost::json::value>("\"x\"", oids::json), "x");
    EXPECT_FALSE(is_null(boost::json::value{})) << "JSON's null is no NULL";
}

TEST(boost_json, refuses_what_it_cannot_hold) {
    EXPECT_EQ(error_of_text<boost::json::value>("{", oids::json), errc::invalid_value);
    EXPECT_EQ(error_of_text<boost::json::value>("", oids::json), errc::invalid_value);
    EXPECT_EQ(error_of_text<boost::json::value>(std::string(100, '['), oids::json), errc::invalid_value);
    EXPECT_EQ(error_of_binary<boost::json::value>("027b7d", oids::jsonb), errc::invalid_value) << "a future version";
    EXPECT_EQ(error_of_text<boost::json::value>("1", oids::int4), errc::type_mismatch);
}

}  // namespace
}  // namespace howdah
