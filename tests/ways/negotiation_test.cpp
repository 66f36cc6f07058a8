// sslnegotiation and the versions of TLS and of the protocol, beside libpq, on servers that know them and that don't.

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/compat/availability.hpp"
#include "tests/ways/server.hpp"
#include "tests/ways/verdict.hpp"

namespace howdah::ways {
namespace {

constexpr int first_with_direct = 170000, first_with_3_2 = 180000;

class negotiation : public ::testing::TestWithParam<int> {
protected:
    void SetUp() override {
        if (const auto why = why_not(GetParam()); !why.empty()) GTEST_SKIP() << why;
        server = std::make_unique<changing_server>(testing::server_options{.version = GetParam(), .tls = true});
        server->run("create role anyhow login");
        server->write_access("host all anyhow 127.0.0.1/32 trust\n");
    }
    std::string to(const std::string& rest) const {
        return server->address("localhost", "anyhow") + "sslrootcert=" + server->server().ca_file() + ' ' + rest;
    }
    bool knows_direct() const { return GetParam() >= 17; }

    clean_surroundings surroundings;
    std::unique_ptr<changing_server> server;
};

TEST_P(negotiation, direct_tls_is_taken_from_17_on_and_never_falls_back) {
    for (const auto* mode : {"require", "verify-ca", "verify-full"})
        EXPECT_EQ(
            compared(to(std::string{"sslnegotiation=direct sslmode="} + mode), difference::none, first_with_direct),
            knows_direct() ? "TLS" : "no (closed)")
            << mode;
    for (const auto* mode : {"disable", "allow", "prefer"})
        EXPECT_EQ(
            compared(to(std::string{"sslnegotiation=direct sslmode="} + mode), difference::none, first_with_direct),
            "no (option)")
            << mode;
}

TEST_P(negotiation, versions_of_tls_are_kept_on_both_sides) {
    EXPECT_EQ(compared(to("sslmode=verify-full ssl_max_protocol_version=TLSv1.2")), "TLS");
    EXPECT_EQ(compared(to("sslmode=verify-full ssl_min_protocol_version=TLSv1.3")), "TLS");
    server->run("alter system set ssl_min_protocol_version = 'TLSv1.3'");
    server->offer_tls("on");
    EXPECT_EQ(compared(to("sslmode=verify-full ssl_max_protocol_version=TLSv1.2")), "no (handshake)");
    EXPECT_EQ(compared(to("sslmode=prefer ssl_max_protocol_version=TLSv1.2")), "plain");
}

TEST_P(negotiation, sslkeylogfile_gets_the_keys_of_a_session) {
    const auto file = surroundings.folder().path() + "/keys";
    EXPECT_EQ(compared(to("sslmode=verify-full sslkeylogfile=" + file), difference::none, libpq_18), "TLS");
    EXPECT_GT(std::filesystem::file_size(file), 0U);
}

TEST_P(negotiation, the_protocol_is_negotiated_down_but_not_below_what_is_wanted) {
    EXPECT_EQ(compared(to("sslmode=verify-full max_protocol_version=latest"), difference::none, first_with_3_2), "TLS");
    EXPECT_EQ(compared(to("sslmode=verify-full min_protocol_version=3.2"), difference::none, first_with_3_2),
              GetParam() >= 18 ? "TLS" : "no (option)");
}

INSTANTIATE_TEST_SUITE_P(on, negotiation, ::testing::Values(documented_version, 18),
                         [](const auto& version) { return "postgresql_" + std::to_string(version.param); });

}  // namespace
}  // namespace howdah::ways
