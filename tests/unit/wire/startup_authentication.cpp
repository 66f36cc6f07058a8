#include "howdah/wire/startup_authentication.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

#include "howdah/base/errc.hpp"
#include "howdah/wire/base64.hpp"
#include "howdah/wire/frontend.hpp"
#include "tests/unit/wire/startup_script.hpp"

namespace howdah::wire::script {
namespace {

// Two logins as PostgreSQL 15 conducted them, of a user with the password "pencil".
constexpr std::string_view nonce = "fyko+d2lbbFgONRv9qkxdawL";
constexpr std::string_view server_first =
    "r=fyko+d2lbbFgONRv9qkxdawLhSejHSs3OJWpKESwAUBaNFJW,s=gETFaLRNhL7zCKesSbh0kA==,i=4096";
constexpr std::string_view client_final =
    "c=biws,r=fyko+d2lbbFgONRv9qkxdawLhSejHSs3OJWpKESwAUBaNFJW,p=sljSIWPNxfXn0jddBcN802Aqgo2HQAzB+O6xXTbz780=";
constexpr std::string_view server_final = "v=FMHvTuOb6ABNz+KKzDJZ3xSiJ7T2Mo9TglI4dG+YOFw=";

constexpr std::string_view plus_server_first =
    "r=fyko+d2lbbFgONRv9qkxdawLz2GbYOa5KkPNOvoYx0MkoMCQ,s=gETFaLRNhL7zCKesSbh0kA==,i=4096";
constexpr std::string_view plus_client_final =
    "c=cD10bHMtc2VydmVyLWVuZC1wb2ludCwsfIcZbraI6z1GS/X5nzTMOYl2fnSWqmaAx0NR+onMycM=,"
    "r=fyko+d2lbbFgONRv9qkxdawLz2GbYOa5KkPNOvoYx0MkoMCQ,p=iPsxAzFOYx3B/rfG7UrKlIfdEiMITSlHNGCt9ulAnvI=";
constexpr std::string_view plus_server_final = "v=tZtWfY3p70/1B06r3P1TASX5dDf41i2nR5Oxl6cYrvU=";
const bytes known_hash = *decode_base64("fIcZbraI6z1GS/X5nzTMOYl2fnSWqmaAx0NR+onMycM=");

const std::string offer = mechanisms({"SCRAM-SHA-256"});
const std::string offer_plus = mechanisms({"SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"});

startup_options scram_user() {
    static scram_cache cache;  // the cuts repeat one exchange a thousand times
    auto o = options();
    o.authentication.scram_nonce = nonce;
    o.authentication.cache = &cache;
    return o;
}

startup_options over_tls(startup_options o) {
    o.tls = tls_request::require;
    return o;
}

startup_options on(channel_kind channel) {
    auto o = options();
    o.authentication.channel = channel;
    return o;
}

startup_options allowing(std::initializer_list<auth_method> methods, startup_options o = scram_user()) {
    o.authentication.require_auth = 0;
    for (const auto m : methods) o.authentication.require_auth |= static_cast<auth_methods>(m);
    return o;
}

startup_options binding(channel_binding_policy policy, startup_options o = scram_user()) {
    o.authentication.channel_binding = policy;
    return o;
}

std::string client_first(std::string_view gs2, std::string_view mechanism = mechanism::scram_sha_256) {
    return sent(sasl_initial_response{mechanism, std::string{gs2} + "n=,r=" + std::string{nonce}});
}

transcript scram_login() {
    return {{hello(), offer},
            {client_first("n,,"), request(kind::sasl_continue, server_first)},
            {answer(client_final), request(kind::sasl_final, server_final) + welcome()}};
}

transcript plus_login() {
    return {{ssl, "S"},
            {hello(), offer_plus},
            {client_first("p=tls-server-end-point,,", mechanism::scram_sha_256_plus),
             request(kind::sasl_continue, plus_server_first)},
            {answer(plus_client_final), request(kind::sasl_final, plus_server_final) + welcome()}};
}

// Plays what ends in a refusal: nothing more goes to the server.
std::unique_ptr<startup> play_refused(const startup_options& o, const transcript& server, errc expected,
                                      bytes_view hash = {}) {
    auto s = play(o, server, hash);
    EXPECT_EQ(code(*s), expected) << what(*s);
    EXPECT_TRUE(s->output().empty());
    if (s->failure()) {
        EXPECT_EQ(s->failure()->fate(), fate::not_sent);
        EXPECT_EQ(s->failure()->phase(), phase::authenticate);
        EXPECT_EQ(what(*s).find("pencil"), std::string_view::npos) << "the password prints";
    }
    return s;
}

// SCRAM

TEST(startup_authentication, scram_login_as_postgresql_15_conducts_it) {
    const auto s = play(scram_user(), scram_login());
    ASSERT_EQ(s->state(), startup_state::ready) << what(*s);
    EXPECT_EQ(s->result().method, auth_method::scram_sha_256);
    EXPECT_EQ(s->result().scram_iterations, 4096u);
    EXPECT_FALSE(s->result().weak_scram_iterations);
    EXPECT_FALSE(s->result().channel_bound);
}

TEST(startup_authentication, scram_plus_login_as_postgresql_15_conducts_it) {
    const auto s = play(over_tls(scram_user()), plus_login(), known_hash);
    ASSERT_EQ(s->state(), startup_state::ready) << what(*s);
    EXPECT_EQ(s->result().method, auth_method::scram_sha_256);
    EXPECT_TRUE(s->result().channel_bound);
}

TEST(startup_authentication, login_without_a_cache_derives_the_keys_itself) {
    auto o = scram_user();
    o.authentication.cache = nullptr;
    EXPECT_EQ(play_once(o, scram_login())->state(), startup_state::ready);
}

TEST(startup_authentication, ok_before_the_server_s_proof_is_refused) {
    play_refused(scram_user(), {{hello(), offer}, {client_first("n,,"), welcome()}}, errc::server_not_authentic);
    play_refused(scram_user(),
                 {{hello(), offer},
                  {client_first("n,,"), request(kind::sasl_continue, server_first)},
                  {answer(client_final), welcome()}},
                 errc::server_not_authentic);
}

TEST(startup_authentication, ok_before_the_server_s_proof_is_refused_even_where_none_is_allowed) {
    play_refused(allowing({auth_method::none, auth_method::scram_sha_256}),
                 {{hello(), offer},
                  {client_first("n,,"), request(kind::sasl_continue, server_first)},
                  {answer(client_final), welcome()}},
                 errc::server_not_authentic);
}

TEST(startup_authentication, server_that_sends_back_only_the_client_s_nonce_is_refused) {
    const auto echo = "r=" + std::string{nonce} + ",s=gETFaLRNhL7zCKesSbh0kA==,i=4096";
    play_refused(scram_user(), {{hello(), offer}, {client_first("n,,"), request(kind::sasl_continue, echo)}},
                 errc::server_not_authentic);
}

TEST(startup_authentication, wrong_server_signature_fails_and_writes_nothing_more) {
    play_refused(scram_user(),
                 {{hello(), offer},
                  {client_first("n,,"), request(kind::sasl_continue, server_first)},
                  {answer(client_final), request(kind::sasl_final, plus_server_final) + welcome()}},
                 errc::server_not_authentic);
}

TEST(startup_authentication, cve_2026_42198_a_huge_iteration_count_fails_fast) {
    const auto many = "r=" + std::string{nonce} + "x,s=gETFaLRNhL7zCKesSbh0kA==,i=1000000000";
    play_refused(scram_user(), {{hello(), offer}, {client_first("n,,"), request(kind::sasl_continue, many)}},
                 errc::authentication_refused);
}

TEST(startup_authentication, few_iterations_are_told) {
    startup s{scram_user()};
    const auto few = "r=" + std::string{nonce} + "x,s=gETFaLRNhL7zCKesSbh0kA==,i=100";
    play(s, {{hello(), offer}, {client_first("n,,"), request(kind::sasl_continue, few)}}, pace::whole_turns, 1000);
    EXPECT_EQ(s.result().scram_iterations, 100u);
    EXPECT_TRUE(s.result().weak_scram_iterations);
}

TEST(startup_authentication, cve_2019_10164_an_over_long_server_final_is_refused) {
    const auto begun = [](std::string_view final) {
        return transcript{{hello(), offer},
                          {client_first("n,,"), request(kind::sasl_continue, server_first)},
                          {answer(client_final), request(kind::sasl_final, final)}};
    };
    play_refused(scram_user(), begun("v=" + std::string(500, 'A')), errc::protocol_violation);
    EXPECT_EQ(code(*play_once(scram_user(), begun("v=" + std::string(4000, 'A')))), errc::message_too_large);
}

TEST(startup_authentication, scram_messages_out_of_order_are_refused) {
    play_refused(scram_user(), {{hello(), request(kind::sasl_continue, server_first)}}, errc::protocol_violation);
    play_refused(scram_user(), {{hello(), request(kind::sasl_final, server_final)}}, errc::protocol_violation);
    play_refused(scram_user(), {{hello(), offer}, {client_first("n,,"), request(kind::sasl_final, server_final)}},
                 errc::protocol_violation);
    play_refused(scram_user(), {{hello(), offer}, {client_first("n,,"), offer}}, errc::protocol_violation);
    play_refused(scram_user(),
                 {{hello(), offer},
                  {client_first("n,,"), request(kind::sasl_continue, server_first)},
                  {answer(client_final), request(kind::sasl_continue, server_first)}},
                 errc::protocol_violation);
}

TEST(startup_authentication, password_asked_for_in_the_middle_of_scram_is_not_sent) {
    for (const auto& asked : {request(kind::cleartext_password), request(kind::md5_password, "salt")})
        play_refused(over_tls(scram_user()), {{ssl, "S"}, {hello(), offer}, {client_first("y,,"), asked}},
                     errc::protocol_violation);
}

TEST(startup_authentication, second_request_after_ok_is_refused) {
    play_refused(options(), {{hello(), request(kind::ok) + request(kind::ok)}}, errc::protocol_violation);
}

TEST(startup_authentication, unknown_sasl_mechanisms_are_named) {
    const auto s =
        play_refused(scram_user(), {{hello(), mechanisms({"OAUTHBEARER", "PLAIN"})}}, errc::authentication_refused);
    EXPECT_NE(what(*s).find("OAUTHBEARER, PLAIN"), std::string_view::npos) << what(*s);
}

TEST(startup_authentication, malformed_mechanism_lists_are_refused) {
    for (const auto list : {""sv, "SCRAM-SHA-256"sv, "SCRAM-SHA-256\0"sv, "SCRAM-SHA-256\0\0x"sv})
        play_refused(scram_user(), {{hello(), request(kind::sasl, list)}}, errc::protocol_violation);
}

// Channel binding, by libpq's rules.

TEST(startup_authentication, binding_not_offered_over_tls_is_said_in_the_header) {
    startup s{over_tls(scram_user())};
    play(s, {{ssl, "S"}, {hello(), offer}, {client_first("y,,"), ""}}, pace::whole_turns, 1000, known_hash);
}

TEST(startup_authentication, binding_disabled_is_said_in_the_header) {
    for (const auto& offered : {offer, offer_plus}) {
        startup s{over_tls(binding(channel_binding_policy::disable))};
        play(s, {{ssl, "S"}, {hello(), offered}, {client_first("n,,"), ""}}, pace::whole_turns, 1000, known_hash);
    }
}

TEST(startup_authentication, required_binding_is_done) {
    const auto s = play(over_tls(binding(channel_binding_policy::require)), plus_login(), known_hash);
    EXPECT_EQ(s->state(), startup_state::ready) << what(*s);
}

TEST(startup_authentication, required_binding_without_tls_is_refused) {
    play_refused(binding(channel_binding_policy::require), {{hello(), offer}}, errc::authentication_refused);
}

TEST(startup_authentication, required_binding_that_the_server_does_not_offer_is_refused) {
    play_refused(over_tls(binding(channel_binding_policy::require)), {{ssl, "S"}, {hello(), offer}},
                 errc::authentication_refused, known_hash);
}

TEST(startup_authentication, cve_2025_49146_required_binding_sends_nothing_to_other_methods) {
    for (const auto& asked : {request(kind::cleartext_password), request(kind::md5_password, "salt")})
        play_refused(over_tls(binding(channel_binding_policy::require)), {{ssl, "S"}, {hello(), asked}},
                     errc::authentication_refused, known_hash);
}

TEST(startup_authentication, cve_2025_49146_required_binding_refuses_a_login_without_it) {
    play_refused(over_tls(binding(channel_binding_policy::require)), {{ssl, "S"}, {hello(), welcome()}},
                 errc::server_not_authentic, known_hash);
}

TEST(startup_authentication, no_fallback_from_plus_when_the_certificate_has_no_hash) {
    for (const auto policy : {channel_binding_policy::prefer, channel_binding_policy::require})
        play_refused(over_tls(binding(policy)), {{ssl, "S"}, {hello(), offer_plus}}, errc::authentication_refused);
}

TEST(startup_authentication, plus_offered_without_tls_is_refused) {
    for (const auto policy : {channel_binding_policy::disable, channel_binding_policy::prefer})
        play_refused(binding(policy), {{hello(), offer_plus}}, errc::authentication_refused);
}

TEST(startup_authentication, plus_alone_can_not_be_taken_when_binding_is_disabled) {
    play_refused(over_tls(binding(channel_binding_policy::disable)),
                 {{ssl, "S"}, {hello(), mechanisms({"SCRAM-SHA-256-PLUS"})}}, errc::authentication_refused, known_hash);
}

// Passwords

TEST(startup_authentication, md5_login) {
    auto o = options();
    o.authentication.password = secret_string{"secret"};
    const auto s = play(o, {{hello(), request(kind::md5_password, "\1\2\3\4")},
                            {answer("md5911f527656472583a006e7727877b33e\0"sv), welcome()}});
    ASSERT_EQ(s->state(), startup_state::ready) << what(*s);
    EXPECT_EQ(s->result().method, auth_method::md5);
}

TEST(startup_authentication, md5_salt_of_another_size_is_refused) {
    for (const auto* salt : {"", "abc", "abcde"})
        play_refused(options(), {{hello(), request(kind::md5_password, salt)}}, errc::protocol_violation);
}

TEST(startup_authentication, cleartext_password_goes_over_tls_and_a_local_socket) {
    const transcript plain{{hello(), request(kind::cleartext_password)}, {answer("pencil\0"sv), welcome()}};
    auto encrypted = plain;
    encrypted.insert(encrypted.begin(), {ssl, "S"});
    EXPECT_EQ(play(on(channel_kind::local_socket), plain)->state(), startup_state::ready);
    const auto s = play(over_tls(options()), encrypted);
    EXPECT_EQ(s->state(), startup_state::ready);
    EXPECT_EQ(s->result().method, auth_method::password);
}

TEST(startup_authentication, cleartext_password_does_not_go_over_an_open_network) {
    play_refused(options(), {{hello(), request(kind::cleartext_password)}}, errc::authentication_refused);
}

TEST(startup_authentication, cleartext_password_goes_over_an_open_network_when_allowed) {
    auto o = options();
    o.authentication.cleartext = cleartext_password::anywhere;
    const auto s = play(o, {{hello(), request(kind::cleartext_password)}, {answer("pencil\0"sv), welcome()}});
    EXPECT_EQ(s->state(), startup_state::ready);
}

TEST(startup_authentication, cleartext_password_does_not_go_after_a_stripped_tls) {
    auto o = options();
    o.tls = tls_request::prefer;
    play_refused(o, {{ssl, "N"}, {hello(), request(kind::cleartext_password)}}, errc::authentication_refused);
}

TEST(startup_authentication, cleartext_password_leaves_the_output_once_it_is_written) {
    startup s{on(channel_kind::local_socket)};
    s.written(s.output().size());
    s.consume(as_bytes(request(kind::cleartext_password)));
    ASSERT_EQ(as_text(s.output()), answer("pencil\0"sv));
    s.written(s.output().size() - 1);
    EXPECT_EQ(as_text(s.output()), "\0"sv);
    s.written(1);
    EXPECT_TRUE(s.output().empty());
}

TEST(startup_authentication, password_asked_for_twice_is_sent_once) {
    play_refused(
        on(channel_kind::local_socket),
        {{hello(), request(kind::cleartext_password)}, {answer("pencil\0"sv), request(kind::cleartext_password)}},
        errc::protocol_violation);
}

TEST(startup_authentication, missing_password_names_the_user) {
    for (const auto& asked : {request(kind::cleartext_password), request(kind::md5_password, "salt"), offer}) {
        auto o = on(channel_kind::local_socket);
        o.authentication.password = secret_string{};
        const auto s = play_refused(o, {{hello(), asked}}, errc::authentication_refused);
        EXPECT_NE(what(*s).find("\"app\""), std::string_view::npos) << what(*s);
        EXPECT_NE(what(*s).find("PGPASSWORD"), std::string_view::npos) << what(*s);
    }
}

// require_auth, by libpq's rules.

TEST(startup_authentication, require_auth_sends_nothing_to_another_method) {
    const auto cleartext = request(kind::cleartext_password), md5 = request(kind::md5_password, "salt");
    const auto tls = [](std::initializer_list<auth_method> m) { return over_tls(allowing(m)); };
    for (const auto& asked : {cleartext, md5, request(kind::gss), request(kind::sspi), request(kind::kerberos_v5)})
        play_refused(tls({auth_method::scram_sha_256}), {{ssl, "S"}, {hello(), asked}}, errc::authentication_refused);
    for (const auto& asked : {cleartext, offer})
        play_refused(tls({auth_method::md5}), {{ssl, "S"}, {hello(), asked}}, errc::authentication_refused);
    for (const auto& asked : {md5, offer})
        play_refused(tls({auth_method::password}), {{ssl, "S"}, {hello(), asked}}, errc::authentication_refused);
    for (const auto& asked : {cleartext, md5, offer})
        play_refused(tls({auth_method::none}), {{ssl, "S"}, {hello(), asked}}, errc::authentication_refused);
}

startup_options strong(startup_options o = scram_user()) {
    o.authentication.secrets = accepted_secrets::strong;
    return over_tls(o);
}

TEST(startup_authentication, strong_secrets_send_nothing_to_cleartext_and_md5_over_tls_too) {
    for (const auto& asked : {request(kind::cleartext_password), request(kind::md5_password, "salt")})
        play_refused(strong(), {{ssl, "S"}, {hello(), asked}}, errc::below_security_profile);
}

TEST(startup_authentication, strong_secrets_send_no_proof_for_few_iterations) {
    const auto asks_for = [](std::string_view iterations) {
        return request(kind::sasl_continue,
                       "r=" + std::string{nonce} + "x,s=gETFaLRNhL7zCKesSbh0kA==,i=" + std::string{iterations});
    };
    play_refused(strong(), {{ssl, "S"}, {hello(), offer}, {client_first("y,,"), asks_for("4095")}},
                 errc::below_security_profile);
    startup s{strong()};
    play(s, {{ssl, "S"}, {hello(), offer}, {client_first("y,,"), asks_for("4096")}}, pace::whole_turns, 1000);
    EXPECT_EQ(s.state(), startup_state::authentication);
    EXPECT_FALSE(s.output().empty());
}

TEST(startup_authentication, strong_secrets_take_scram_and_a_login_by_certificate) {
    const auto bound = play(strong(), plus_login(), known_hash);
    EXPECT_EQ(bound->state(), startup_state::ready) << what(*bound);
    const auto trusted = play(strong(), {{ssl, "S"}, {hello(), welcome()}});
    EXPECT_EQ(trusted->state(), startup_state::ready) << what(*trusted);
}

TEST(startup_authentication, require_auth_refuses_a_login_without_authentication) {
    const auto s = play_refused(allowing({auth_method::scram_sha_256, auth_method::md5}), {{hello(), welcome()}},
                                errc::authentication_refused);
    EXPECT_NE(what(*s).find("md5,scram-sha-256"), std::string_view::npos) << what(*s);
}

TEST(startup_authentication, require_auth_none_takes_a_login_without_authentication) {
    EXPECT_EQ(play(allowing({auth_method::none}), {{hello(), welcome()}})->state(), startup_state::ready);
}

TEST(startup_authentication, require_auth_takes_the_method_it_names) {
    EXPECT_EQ(play(allowing({auth_method::scram_sha_256}), scram_login())->state(), startup_state::ready);
}

TEST(startup_authentication, methods_this_client_does_not_do_are_refused_by_name) {
    const std::pair<std::string, std::string_view> methods[] = {
        {request(kind::gss), "GSSAPI"},       {request(kind::gss_continue, "x"), "GSSAPI"},
        {request(kind::sspi), "SSPI"},        {request(kind::kerberos_v5), "Kerberos V5"},
        {request(kind{4}, "xy"), "number 4"}, {request(kind{4711}), "number 4711"}};
    for (const auto& [asked, name] : methods) {
        const auto s = play_refused(options(), {{hello(), asked}}, errc::authentication_refused);
        EXPECT_NE(what(*s).find(name), std::string_view::npos) << what(*s);
    }
}

}  // namespace
}  // namespace howdah::wire::script
