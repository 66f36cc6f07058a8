// Keywords, and which of their values may stand beside which others.

#include <array>
#include <random>
#include <vector>

#include "beside_libpq.hpp"

namespace howdah {
namespace {

class keywords_beside_libpq : public beside_libpq {};

TEST_P(keywords_beside_libpq, have_the_same_names_variables_and_defaults) {
    for (const auto& theirs : oracle().keywords()) {
        const auto* keyword = config::find_keyword(theirs.name);
        ASSERT_NE(keyword, nullptr) << theirs.name;
        EXPECT_EQ(keyword->variable, theirs.variable) << theirs.name;
        // Howdah always has a deadline, and never GSSAPI.
        if (theirs.name == "connect_timeout" || theirs.name == "gssencmode") continue;
        EXPECT_EQ(keyword->otherwise, theirs.otherwise) << theirs.name;
    }
}

TEST_P(keywords_beside_libpq, are_all_libpqs_but_howdahs_own) {
    if (oracle().version() < libpq_18) GTEST_SKIP() << "libpq " << oracle().version() << " has fewer keywords than 18";
    const auto theirs = oracle().keywords();
    ASSERT_LT(theirs.size(), config::keywords().size());
    for (std::size_t i = 0; i < theirs.size(); ++i) EXPECT_EQ(config::keywords()[i].name, theirs[i].name);
    EXPECT_EQ(config::keywords()[theirs.size()].name, "allow_cleartext_without_tls");
}

constexpr auto option_samples = std::to_array<sample>({
    {""},
    {"sslmode="},
    {"sslmode=verify-full"},
    {"sslmode=VERIFY-FULL"},
    {"sslmode='require '"},
    {"channel_binding="},
    {"channel_binding=require"},
    {"target_session_attrs=any"},
    {"target_session_attrs="},
    {"target_session_attrs=read-write"},
    {"target_session_attrs=read-only"},
    {"target_session_attrs=primary"},
    {"target_session_attrs=standby"},
    {"target_session_attrs=prefer-standby"},
    {"target_session_attrs=read_only"},
    {"sslmode=allow channel_binding=require"},
    {"sslmode=verify-ca"},
    {"connect_timeout=-1"},
    {"requirepeer=nobody"},
    {"gssencmode=disable"},
    {"sslcrl=/nonexistent sslcrldir=/nonexistent"},
    {"gssencmode=prefer"},
    {"gssencmode="},
    {"gssencmode=x"},
    {"port=0"},
    {"port=65535"},
    {"port=65536"},
    {"port=-1"},
    {"port=5x"},
    {"port=x"},
    {"port="},
    {"port=' 5 '"},
    {"port=+5"},
    {"port=0x5"},
    {"port=1,2"},
    {"port=,"},
    {"host=/nonexistent/a,/nonexistent/b port=1,2"},
    {"host=/nonexistent/a,/nonexistent/b port=1"},
    {"host=/nonexistent/a,/nonexistent/b port=1,2,3"},
    {"host=/nonexistent/a,/nonexistent/b port=,"},
    {"host=a,b hostaddr=127.0.0.1"},
    {"host=a hostaddr=127.0.0.1,127.0.0.1"},
    {"ssl_min_protocol_version="},
    {"ssl_min_protocol_version=tlsv1.3"},
    {"ssl_min_protocol_version=TLS1.3"},
    {"ssl_min_protocol_version=TLSv1.3 ssl_max_protocol_version=TLSv1.2"},
    {"ssl_max_protocol_version="},
    {"ssl_max_protocol_version=TLSv1.3"},
    {"ssl_max_protocol_version=x"},
    {"ssl_max_protocol_version=TLSv1"},
    {"replication=x"},
    {"sslcompression=x"},
    {"sslsni=x"},
    {"client_encoding=auto"},
    {"sslcertmode=", 160000},
    {"sslcertmode=allow", 160000},
    {"sslcertmode=x", 160000},
    {"load_balance_hosts=random", 160000},
    {"load_balance_hosts=", 160000},
    {"load_balance_hosts=disable", 160000},
    {"sslcertmode=require", 160000},
    {"sslcertmode=disable", 160000},
    {"require_auth=scram-sha-256,none", 160000},
    {"require_auth=!password,!md5,!gss,!sspi", 160000},
    {"require_auth=password,md5,scram-sha-256,gss,sspi,none", 160000},
    {"require_auth=oauth,password", 180000},
    {"require_auth='scram-sha-256 '", 160000},
    {"require_auth=!!md5", 160000},
    {"sslnegotiation=direct sslmode=allow", 170000},
    {"sslnegotiation=postgres sslmode=disable", 170000},
    {"max_protocol_version=latest", 180000},
    {"min_protocol_version=3.0 max_protocol_version=3.0", 180000},
    {"require_auth=", 160000},
    {"require_auth=md5,scram-sha-256", 160000},
    {"require_auth=md5,md5", 160000},
    {"require_auth=none,none", 160000},
    {"require_auth=!none,!none", 160000},
    {"require_auth=!none,md5", 160000},
    {"require_auth=md5,!none", 160000},
    {"require_auth=md5,", 160000},
    {"require_auth=,", 160000},
    {"require_auth=!", 160000},
    {"require_auth=scram", 160000},
    {"require_auth=MD5", 160000},
    {"require_auth='md5, password'", 160000},
    {"sslrootcert=system", 160000},
    {"sslrootcert=system sslmode=verify-ca", 160000},
    {"sslnegotiation=direct", 170000},
    {"sslnegotiation=direct sslmode=require", 170000},
    {"sslnegotiation=", 170000},
    {"min_protocol_version=3.0", 180000},
    {"min_protocol_version=", 180000},
    {"min_protocol_version=3.1", 180000},
    {"min_protocol_version=latest", 180000},
    {"min_protocol_version=3.2 max_protocol_version=3.0", 180000},
    {"max_protocol_version=3.2", 180000},
    {"max_protocol_version=3", 180000},
});

class options_beside_libpq : public beside_libpq {};

bool is_accepted(const std::string& text) {
    try {
        parse_conninfo(text).validate();
        return true;
    } catch (const error&) {
        return false;
    }
}

// The socket's folder does not exist, so libpq comes back at once.
TEST_P(options_beside_libpq, are_accepted_or_refused_alike) {
    for (const auto& [options, since] : option_samples) {
        if (oracle().version() < since) continue;
        const std::string text = std::string{"user=u host=/nonexistent/folder "} + options;
        const auto theirs = oracle().begin(text);
        EXPECT_EQ(is_accepted(text), theirs.options_accepted) << text << '\n' << theirs.message;
    }
}

struct choices {
    const char* keyword;
    std::vector<const char*> values;
};

// Options rule each other out; which pairs and triples do, nobody lists. Only 18 knows all of them.
TEST_P(options_beside_libpq, are_accepted_or_refused_alike_in_every_company) {
    if (oracle().version() < libpq_18) GTEST_SKIP() << "libpq " << oracle().version() << " lacks options of 18";
    const std::vector<choices> all{
        {"sslmode", {"disable", "allow", "prefer", "require", "verify-ca", "verify-full", "on"}},
        {"sslnegotiation", {"postgres", "direct"}},
        {"sslrootcert", {"system", "/nonexistent"}},
        {"sslcertmode", {"disable", "allow", "require"}},
        {"channel_binding", {"disable", "prefer", "require"}},
        {"gssencmode", {"disable", "prefer"}},
        {"require_auth",
         {"''", "none", "md5", "!none", "scram-sha-256,none", "password,password", "!md5,!md5", "md5,!md5"}},
        {"target_session_attrs", {"any", "read-write", "prefer-standby", "rw"}},
        {"load_balance_hosts", {"disable", "random", "always"}},
        {"min_protocol_version", {"3.0", "3.2", "latest", "3.1"}},
        {"max_protocol_version", {"3.0", "3.2", "latest", "4"}},
        {"ssl_min_protocol_version", {"TLSv1.2", "TLSv1.3", "''", "2"}},
        {"ssl_max_protocol_version", {"TLSv1.2", "TLSv1.3", "''"}},
        {"port", {"1", "1,2", "1,2,3", "''", "x", "0"}},
        {"host", {"/nonexistent/a", "/nonexistent/a,/nonexistent/b", "/nonexistent/a,/nonexistent/b,/nonexistent/c"}},
    };
    std::mt19937 random{20260102};
    int accepted = 0;
    for (int round = 0; round < 3'000; ++round) {
        std::string text = "user=u host=/nonexistent/folder";
        for (auto left = random() % 4; left <= 4; ++left) {
            const auto& [keyword, values] = all[random() % all.size()];
            text.append(" ").append(keyword).append("=").append(values[random() % values.size()]);
        }
        // No login could meet these two: Howdah says so at once, libpq when the server has let it in.
        if (text.find("channel_binding=require") != text.npos && text.find("sslmode=disable") != text.npos) continue;
        const auto theirs = oracle().begin(text);
        EXPECT_EQ(is_accepted(text), theirs.options_accepted) << text << '\n' << theirs.message;
        accepted += theirs.options_accepted ? 1 : 0;
    }
    EXPECT_GT(accepted, 300);
    EXPECT_LT(accepted, 2'700);
}

INSTANTIATE_TEST_SUITE_P(libpq, keywords_beside_libpq, testing::ValuesIn(kinds), name_of);
INSTANTIATE_TEST_SUITE_P(libpq, options_beside_libpq, testing::ValuesIn(kinds), name_of);

}  // namespace
}  // namespace howdah
