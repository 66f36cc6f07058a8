#include "howdah/types/network.hpp"

#include "howdah/types/array.hpp"
#include "howdah/types/macaddr.hpp"
#include "howdah/types/text_form.hpp"
#include "tests/unit/types/forms.hpp"

namespace howdah {
namespace {

using namespace tests;

// select x, encode(inet_send(x),'hex') from unnest('{…}'::inet[]) x
constexpr server_forms inets[] = {
    {"192.168.1.5", "02200004c0a80105"},
    {"192.168.1.5/24", "02180004c0a80105"},
    {"10.0.0.0/0", "020000040a000000"},
    {"::1", "0380001000000000000000000000000000000001"},
    {"::", "0380001000000000000000000000000000000000"},
    {"::ffff:1.2.3.4", "0380001000000000000000000000ffff01020304"},
    {"::1.2.3.4", "0380001000000000000000000000000001020304"},
    {"::ffff:0:102:304", "038000100000000000000000ffff000001020304"},
    {"2001:db8::/32", "0320001020010db8000000000000000000000000"},
    {"fe80:0:0:1::5/64", "03400010fe800000000000010000000000000005"},
    {"1:0:0:2::3", "0380001000010000000000020000000000000003"},
    {"1::", "0380001000010000000000000000000000000000"},
    {"2001:db8:0:1:1:1:1:1", "0380001020010db8000000010001000100010001"},
};

// select x, encode(cidr_send(x),'hex') from unnest('{…}'::cidr[]) x
constexpr server_forms cidrs[] = {
    {"192.168.1.0/24", "02180104c0a80100"},
    {"10.1.2.3/32", "022001040a010203"},
    {"::/0", "0300011000000000000000000000000000000000"},
    {"2001:db8::/32", "0320011020010db8000000000000000000000000"},
};

TEST(network_addresses, have_the_servers_forms) {
    for (const auto& each : inets) {
        expect_forms<inet>(each);
        expect_refused_when_cut<inet>(each.binary);
    }
    for (const auto& each : cidrs) {
        expect_forms<cidr>(each);
        expect_refused_when_cut<cidr>(each.binary);
    }
}

TEST(network_addresses, a_cidr_is_read_as_inet_and_an_inet_without_host_bits_is_sent_as_cidr) {
    const auto network = from_binary<inet>("02180104c0a80100", oids::cidr);
    EXPECT_EQ(network.to_string(), "192.168.1.0/24");
    EXPECT_EQ(to_hex(network, oids::cidr), "02180104c0a80100");
    EXPECT_EQ(to_hex(network, oids::inet), "02180004c0a80100");
    bytes out;
    EXPECT_EQ(encode_binary(from_text<inet>("192.168.1.5/24"), oids::cidr, out), errc::value_out_of_range);
    EXPECT_EQ(error_of_binary<cidr>("02180004c0a80105", oids::inet), errc::value_out_of_range);
}

TEST(network_addresses, malformed_binary_is_refused) {
    const auto error = [](std::string_view digits) { return error_of_binary<inet>(digits, oids::inet); };
    EXPECT_EQ(error("04200004c0a80105"), errc::invalid_value) << "no such family";
    EXPECT_EQ(error("02210004c0a80105"), errc::invalid_value) << "33 bits of prefix";
    EXPECT_EQ(error("02200204c0a80105"), errc::invalid_value) << "neither inet nor cidr";
    EXPECT_EQ(error("02200010c0a80105"), errc::invalid_value) << "the other family's size";
    EXPECT_EQ(error_of_binary<cidr>("02180104c0a80105", oids::cidr), errc::invalid_value) << "bits behind the prefix";
}

TEST(network_addresses, malformed_text_is_refused) {
    for (const auto* text : {"",
                             "1.2.3",
                             "1.2.3.256",
                             "1.2.3.4.5",
                             "1.2.3.4/33",
                             "1.2.3.4/",
                             "1.2.3.4 ",
                             ":",
                             ":::",
                             "1:2:3:4:5:6:7",
                             "1:2:3:4:5:6:7:8:9",
                             "1::2::3",
                             "1:2:3:4:5:6:7:8::",
                             "::12345",
                             "::/129",
                             "::1.2.3",
                             "1:2:3:4:5:6:7:1.2.3.4",
                             "g::",
                             "1:",
                             "::1:"})
        EXPECT_EQ(error_of_text<inet>(text, oids::inet), errc::invalid_value) << text;
    EXPECT_EQ(inet::parse("1:2:3:4:5:6:1.2.3.4")->to_string(), "1:2:3:4:5:6:102:304");
    EXPECT_FALSE(cidr::parse("192.168.1.5/24"));
}

TEST(network_addresses, that_cannot_be_are_out_of_range_and_write_nothing) {
    bytes out;
    EXPECT_EQ(encode_binary(inet{.prefix = 33}, oids::inet, out), errc::value_out_of_range);
    EXPECT_EQ(encode_text(inet{.prefix = 33}, out), errc::value_out_of_range);
    EXPECT_TRUE(out.empty());
}

TEST(network_addresses, are_shown_as_text_by_their_own_type) {
    const auto shown = [](std::string_view digits, oid type) {
        std::string out;
        const auto data = unhex(digits);
        EXPECT_EQ(to_text(binary_field(data, type), out), std::error_code{});
        return out;
    };
    EXPECT_EQ(shown("022001040a010203", oids::cidr), "10.1.2.3/32");
    EXPECT_EQ(shown("022000040a010203", oids::inet), "10.1.2.3");
}

TEST(hardware_addresses, have_the_servers_forms) {
    expect_forms<macaddr>({"08:00:2b:01:02:03", "08002b010203"});
    expect_refused_when_cut<macaddr>("08002b010203");
    expect_forms<macaddr8>({"08:00:2b:01:02:03:04:05", "08002b0102030405"});
    expect_refused_when_cut<macaddr8>("08002b0102030405");
    EXPECT_EQ(load_fixed<macaddr>(unhex("08002b010203").data()), macaddr::parse("08002b:010203"));
}

TEST(hardware_addresses, are_read_with_any_of_the_separators) {
    for (const auto* text : {"08:00:2b:01:02:03", "08-00-2b-01-02-03", "08002b:010203", "08002b-010203",
                             "0800.2b01.0203", "0800-2b01-0203", "08002B010203"})
        EXPECT_EQ(from_text<macaddr>(text).to_string(), "08:00:2b:01:02:03") << text;
    for (const auto* text :
         {"", "08:00:2b:01:02", "08:00:2b:01:02:0", "08:00:2b:01:02:03:", "08:00:2b:01:02:0g", "08::00"})
        EXPECT_EQ(error_of_text<macaddr>(text, oids::macaddr), errc::invalid_value) << text;
}

}  // namespace
}  // namespace howdah
