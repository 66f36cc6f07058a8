#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "howdah/config/detail/require_auth.hpp"
#include "howdah/config/detail/value.hpp"
#include "surroundings.hpp"

namespace howdah::config {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

using interpret_test = surroundings;

TEST_F(interpret_test, words_become_enumerators) {
    const auto c = parse("sslmode=verify-ca sslnegotiation=direct sslcertmode=require channel_binding=require "
                         "target_session_attrs=prefer-standby load_balance_hosts=random statement_mode=simple "
                         "gssencmode=prefer sslsni=0 ssl_min_protocol_version=tlsv1.3");
    EXPECT_EQ(c.ssl_mode, ssl_mode::verify_ca);
    EXPECT_EQ(c.ssl_negotiation, ssl_negotiation::direct);
    EXPECT_EQ(c.ssl_cert_mode, ssl_cert_mode::require);
    EXPECT_EQ(c.channel_binding, channel_binding::require);
    EXPECT_EQ(c.target_session_attrs, target_session_attrs::prefer_standby);
    EXPECT_EQ(c.load_balance_hosts, load_balance_hosts::random);
    EXPECT_EQ(c.statement_mode, statement_mode::simple);
    EXPECT_EQ(c.gss_enc_mode, gss_enc_mode::prefer);
    EXPECT_FALSE(c.ssl_sni);
    EXPECT_EQ(c.ssl_min_protocol_version, tls_version::tls1_3);
    EXPECT_NO_THROW(c.validate());
}

TEST_F(interpret_test, texts_are_kept_as_they_are) {
    const auto c = parse("sslcert=c sslkey=k sslrootcert=r sslcrl=l sslcrldir=d sslpassword=p options='-c x=1' "
                         "replication=database requirepeer=postgres application_name=a");
    EXPECT_EQ(c.ssl_cert, "c");
    EXPECT_EQ(c.ssl_key, "k");
    EXPECT_EQ(c.ssl_root_cert, "r");
    EXPECT_EQ(c.ssl_crl, "l");
    EXPECT_EQ(c.ssl_crl_dir, "d");
    EXPECT_EQ(c.ssl_password.reveal(), "p");
    EXPECT_EQ(c.options, "-c x=1");
    EXPECT_EQ(c.replication, "database");
    EXPECT_EQ(c.require_peer, "postgres");
    EXPECT_EQ(c.application_name, "a");
}

TEST_F(interpret_test, an_application_name_said_to_be_empty_has_no_fallback) {
    EXPECT_EQ(parse("fallback_application_name=f").fallback_application_name, "f");
    EXPECT_EQ(parse("application_name='' fallback_application_name=f").fallback_application_name, "");
}

TEST_F(interpret_test, connect_timeout_counts_seconds_and_zero_or_less_is_none) {
    EXPECT_EQ(parse("connect_timeout=1").connect_timeout, 1s);
    EXPECT_EQ(parse("connect_timeout=' 3 '").connect_timeout, 3s);
    EXPECT_EQ(parse("connect_timeout=0").connect_timeout, 0s);
    EXPECT_EQ(parse("connect_timeout=-1").connect_timeout, 0s);
    EXPECT_TRUE(thrown_by([&] { parse("connect_timeout=''"); }));
}

TEST_F(interpret_test, keepalives_are_numbers) {
    const auto c = parse("keepalives=0 keepalives_idle=1 keepalives_interval=2 keepalives_count=3 tcp_user_timeout=4");
    EXPECT_FALSE(c.keepalives);
    EXPECT_EQ(c.keepalives_idle, 1s);
    EXPECT_EQ(c.keepalives_interval, 2s);
    EXPECT_EQ(c.keepalives_count, 3u);
    EXPECT_EQ(c.tcp_user_timeout, 4ms);
    EXPECT_FALSE(parse("keepalives=''").keepalives);
    EXPECT_TRUE(thrown_by([&] { parse("keepalives=x"); }));
}

TEST_F(interpret_test, howdahs_own_options_have_units) {
    const auto c = parse("query_timeout=5s cancel_grace=250 max_result_bytes=64MB statement_cache_entries=7 "
                         "pipeline_bytes=16kB allow_cleartext_without_tls=on scram_iteration_limit=4096");
    EXPECT_EQ(c.query_timeout, 5s);
    EXPECT_EQ(c.cancel_grace, 250ms);
    EXPECT_EQ(c.max_result_bytes, std::size_t{64} << 20);
    EXPECT_EQ(c.statement_cache_entries, 7u);
    EXPECT_EQ(c.pipeline_bytes, std::size_t{16} << 10);
    EXPECT_TRUE(c.allow_cleartext_without_tls);
    EXPECT_EQ(c.scram_iteration_limit, 4096u);
}

TEST_F(interpret_test, the_security_profile_is_an_option_and_a_variable) {
    EXPECT_EQ(parse("").security_profile, security_profile::standard);
    EXPECT_EQ(parse("security_profile=production").security_profile, security_profile::production);
    variables["HOWDAH_SECURITY_PROFILE"] = "production";
    EXPECT_EQ(parse("").security_profile, security_profile::production);
}

TEST_F(interpret_test, a_profile_of_the_environment_is_not_taken_back_by_the_string) {
    variables["HOWDAH_SECURITY_PROFILE"] = "production";
    EXPECT_EQ(parse("security_profile=standard").security_profile, security_profile::production);
    variables["HOWDAH_SECURITY_PROFILE"] = "standard";
    EXPECT_EQ(parse("security_profile=production").security_profile, security_profile::production);
    variables["HOWDAH_SECURITY_PROFILE"] = "";
    EXPECT_EQ(parse("").security_profile, security_profile::standard);
}

TEST_F(interpret_test, a_slip_in_the_profile_s_variable_is_an_error_whatever_the_string_says) {
    variables["HOWDAH_SECURITY_PROFILE"] = "prod";
    const auto failed = thrown_by([&] { parse("security_profile=standard"); });
    ASSERT_TRUE(failed);
    EXPECT_THAT(failed->what(), HasSubstr("HOWDAH_SECURITY_PROFILE (security_profile)"));
    EXPECT_THAT(failed->what(), HasSubstr("standard, production"));
}

TEST_F(interpret_test, a_newer_least_protocol_raises_the_greatest) {
    EXPECT_EQ(parse("").max_protocol_version, protocol_version::v3_0);
    EXPECT_EQ(parse("min_protocol_version=3.2").max_protocol_version, protocol_version::v3_2);
    EXPECT_EQ(parse("max_protocol_version=latest").max_protocol_version, protocol_version::v3_2);
    EXPECT_TRUE(thrown_by([&] { parse("min_protocol_version=3.2 max_protocol_version=3.0").validate(); }));
}

struct wrong_value {
    const char* text;
    const char* keyword;
};

TEST_F(interpret_test, wrong_values_are_refused_by_keyword_and_not_shown) {
    const wrong_value cases[] = {{"sslmode=bogus", "disable, allow, prefer, require, verify-ca, verify-full"},
                                 {"sslmode=''", "sslmode"},
                                 {"sslnegotiation=bogus", "postgres, direct"},
                                 {"sslcertmode=bogus", "sslcertmode"},
                                 {"channel_binding=bogus", "channel_binding"},
                                 {"gssencmode=bogus", "gssencmode"},
                                 {"target_session_attrs=bogus", "target_session_attrs"},
                                 {"load_balance_hosts=bogus", "load_balance_hosts"},
                                 {"ssl_min_protocol_version=bogus", "ssl_min_protocol_version"},
                                 {"min_protocol_version=3.1", "3.0, 3.2, latest"},
                                 {"connect_timeout=bogus", "connect_timeout"},
                                 {"keepalives_idle=bogus", "keepalives_idle"},
                                 {"tcp_user_timeout=99999999999", "tcp_user_timeout"},
                                 {"query_timeout=5parsecs", "query_timeout"},
                                 {"max_result_bytes=-1", "max_result_bytes"},
                                 {"pipeline_depth=5000000000", "pipeline_depth"},
                                 {"allow_cleartext_without_tls=bogus", "on or off"},
                                 {"require_auth=bogus", "require_auth"}};
    for (const auto& [text, keyword] : cases) {
        const auto failed = thrown_by([&] { parse(text); });
        ASSERT_TRUE(failed) << text;
        EXPECT_EQ(failed->code(), errc::invalid_option);
        EXPECT_THAT(failed->what(), HasSubstr(keyword));
        EXPECT_THAT(failed->what(), Not(HasSubstr("bogus")));
    }
}

TEST_F(interpret_test, a_wrong_value_from_a_variable_names_the_variable) {
    variables["PGSSLMODE"] = "bogus";
    EXPECT_THAT(thrown_by([&] { parse(""); })->what(), HasSubstr("PGSSLMODE (sslmode)"));
}

TEST_F(interpret_test, what_is_not_done_is_read_and_refused_at_connect_by_name) {
    for (const auto* text :
         {"ssl_min_protocol_version=TLSv1", "ssl_min_protocol_version=TLSv1.1", "ssl_max_protocol_version=tlsv1.1",
          "client_encoding=latin1", "gssencmode=require", "oauth_issuer=x", "oauth_client_secret=x",
          "require_auth=gss,sspi", "require_auth=oauth"}) {
        const auto config = parse(text);
        const auto failed = thrown_by([&] { config.validate(); });
        ASSERT_TRUE(failed) << text;
        EXPECT_EQ(failed->code(), errc::unsupported_option);
        const std::string keyword{text, std::string_view{text}.find('=')};
        EXPECT_THAT(failed->what(), HasSubstr(keyword));
    }
}

TEST_F(interpret_test, what_has_no_effect_here_is_let_through) {
    for (const auto* text :
         {"sslcompression=1", "krbsrvname=x", "gsslib=gssapi", "gssdelegation=1", "client_encoding=auto",
          "client_encoding=UTF-8", "client_encoding=''", "oauth_scope=''", "gssencmode=prefer"})
        EXPECT_NO_THROW(parse(text).validate()) << text;
}

TEST(require_auth, a_list_names_the_methods_or_all_but_them) {
    EXPECT_EQ(parse_require_auth("scram-sha-256,md5", ""), 8 | 4);
    EXPECT_EQ(parse_require_auth("none", ""), 1);
    EXPECT_EQ(parse_require_auth("", ""), 1);
    EXPECT_EQ(parse_require_auth("!password,!md5", ""), 0xff & ~(2 | 4));
}

TEST(require_auth, slips_are_refused) {
    for (const auto* list : {"md5,!password", "!md5,password", "md5,md5", "!md5,!md5", "md5,", ",", "!", "scram"})
        EXPECT_TRUE(thrown_by([&] { parse_require_auth(list, "require_auth"); })) << list;
}

TEST(value, lists_keep_their_empty_parts) {
    EXPECT_THAT(split(""), ElementsAre(""));
    EXPECT_THAT(split(",a,"), ElementsAre("", "a", ""));
}

TEST(value, integers_are_read_as_libpq_reads_them) {
    EXPECT_EQ(parse_integer(" +7 "), 7);
    EXPECT_EQ(parse_integer("-2147483648"), -2147483648);
    for (const auto* text : {"", " ", "+", "+-1", "--1", "1x", "0x1", "1 2", "2147483648"})
        EXPECT_EQ(parse_integer(text), std::nullopt) << text;
}

TEST(value, durations_count_milliseconds_unless_a_unit_says_otherwise) {
    EXPECT_EQ(parse_duration("0"), 0ms);
    EXPECT_EQ(parse_duration("1500"), 1500ms);
    EXPECT_EQ(parse_duration("2 min"), 2min);
    EXPECT_EQ(parse_duration("24d"), 24h * 24);
    for (const auto* text : {"", "s", "1S", "-1s", "1.5s", "25d", "99999999999999999999"})
        EXPECT_EQ(parse_duration(text), std::nullopt) << text;
}

TEST(value, byte_counts_know_postgresqls_units) {
    EXPECT_EQ(parse_byte_count("1 kB"), 1024u);
    EXPECT_EQ(parse_byte_count("2TB"), std::size_t{2} << 40);
    for (const auto* text : {"", "1KB", "1mb", "-1", "18446744073709551616", "16777216TB"})
        EXPECT_EQ(parse_byte_count(text), std::nullopt) << text;
}

}  // namespace
}  // namespace howdah::config
