#include "howdah/testing/server_address.hpp"

#include <gtest/gtest.h>

#include <string>

#include "howdah/base/error.hpp"
#include "howdah/testing/flat_json.hpp"

namespace howdah::testing {
namespace {

const server_address with_tls{
    .dir = "/tmp/h/abc",
    .dsn = "postgresql://app:secret-1@127.0.0.1:15001/app?sslmode=verify-full&sslrootcert=%2Ftmp%2Fh%2Fabc%2Fca.crt",
    .superuser_dsn = "postgresql://postgres@/app?host=%2Ftmp%2Fh%2Fabc%2Fprimary&port=15001",
    .replicas = {"postgresql://r1", "postgresql://r2"},
    .ca = "/tmp/h/abc/ca.crt"};

TEST(server_address, is_compact_json_with_its_keys_in_order) {
    EXPECT_EQ(with_tls.to_json(),
              R"({"dir":"/tmp/h/abc","dsn":"postgresql://app:secret-1@127.0.0.1:15001/app?sslmode=verify-full)"
              R"(&sslrootcert=%2Ftmp%2Fh%2Fabc%2Fca.crt","superuser_dsn":)"
              R"("postgresql://postgres@/app?host=%2Ftmp%2Fh%2Fabc%2Fprimary&port=15001",)"
              R"("replicas":["postgresql://r1","postgresql://r2"],"ca":"/tmp/h/abc/ca.crt"})");
    EXPECT_EQ((server_address{.dir = "/d", .dsn = "", .superuser_dsn = "", .replicas = {}, .ca = {}}.to_json()),
              R"({"dir":"/d","dsn":"","superuser_dsn":"","replicas":[],"ca":null})");
}

TEST(server_address, survives_its_own_json) {
    const auto back = server_address::from_json(with_tls.to_json());
    EXPECT_EQ(back.to_json(), with_tls.to_json());
    EXPECT_EQ(back.ca, with_tls.ca);
    EXPECT_EQ(back.replicas, with_tls.replicas);
}

TEST(server_address, names_every_route) {
    EXPECT_EQ(with_tls.dsn_by(route::best), with_tls.dsn);
    EXPECT_EQ(with_tls.dsn_by(route::tls), with_tls.dsn);
    EXPECT_EQ(with_tls.dsn_by(route::tcp), "postgresql://app:secret-1@127.0.0.1:15001/app?sslmode=disable");
    EXPECT_EQ(with_tls.dsn_by(route::socket),
              "postgresql://app:secret-1@/app?host=%2Ftmp%2Fh%2Fabc%2Fprimary&port=15001");
    EXPECT_EQ(with_tls.password(), "secret-1");
    EXPECT_EQ(with_tls.port(), 15001);
    EXPECT_EQ(with_tls.socket_folder(), "/tmp/h/abc/primary");
    auto without = with_tls;
    without.ca.reset();
    EXPECT_THROW(without.dsn_by(route::tls), error);
}

TEST(flat_json, escapes_what_json_must_and_reads_it_back) {
    const std::string odd = "a\"b\\c\n\t\x01 \xC3\xA4";
    EXPECT_EQ(json_string(odd), "\"a\\\"b\\\\c\\u000a\\u0009\\u0001 \xC3\xA4\"");
    EXPECT_EQ(parse_flat_json("{ \"k\" : " + json_string(odd) + " }").at("k").text, odd);
}

TEST(flat_json, reads_numbers_nulls_and_lists) {
    const auto object = parse_flat_json(R"({"n":-12,"z":null,"l":["a","b"],"e":[]})");
    EXPECT_EQ(object.at("n").text, "-12");
    EXPECT_FALSE(object.at("z").text);
    EXPECT_EQ(object.at("l").list, (std::vector<std::string>{"a", "b"}));
    EXPECT_TRUE(object.at("e").list.empty());
}

TEST(flat_json, cut_anywhere_is_an_error) {
    const std::string whole = R"({"n":1,"z":null,"l":["a\u000ab","b"]})";
    EXPECT_NO_THROW(parse_flat_json(whole));
    for (std::size_t size = 0; size < whole.size(); ++size)
        EXPECT_THROW(parse_flat_json(std::string_view{whole}.substr(0, size)), error) << size;
    EXPECT_THROW(parse_flat_json(whole + "x"), error);
    EXPECT_THROW(server_address::from_json("{}"), error);
}

}  // namespace
}  // namespace howdah::testing
