// Match rules, normalise rules, masks and secrets: what a manifest can ask for.
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "howdah/sim/cassette.hpp"
#include "howdah/sim/request_keys.hpp"
#include "recordings.hpp"
#include "temporary_folder.hpp"

namespace howdah::sim {
namespace {

using kind = canonical_value::kind;
using names = std::vector<std::string>;

/// A cassette with these rules, and interactions of these keys in this order.
class ruled_cassette {
public:
    ruled_cassette(std::vector<match_rule> rules, const std::vector<interaction_key>& keys,
                   std::vector<oid> types = {}) {
        manifest about;
        about.match = std::move(rules);
        cassette_writer tape{dir_.path(), about};
        const auto session = tape.begin_session();
        for (const auto& key : keys) {
            tape.add(session, key, selected({"x"}));
            if (!types.empty()) tape.describe(key.statement, {.parameters = types});
        }
        tape.save();
    }
    cassette open() const { return cassette{dir_.path()}; }

private:
    temporary_folder dir_;
};

/// All that may answer it: the key itself, if it is there.
names candidates(const cassette& tape, const interaction_key& asked, const match_memory* memory = nullptr) {
    if (tape.contains(asked)) return {asked.name()};
    names out;
    if (const auto* all = tape.stand_ins(asked))
        std::ranges::copy_if(*all, std::back_inserter(out),
                             [&](const auto& name) { return tape.may_answer(name, asked, memory); });
    return out;
}

bool one_matches(match_rule rule, std::string_view recorded, std::string_view asked) {
    const ruled_cassette tape{{std::move(rule)}, {key_of("select $1", {recorded})}};
    return !candidates(tape.open(), key_of("select $1", {asked})).empty();
}

TEST(match_rules, any_lets_every_value_pass_in_the_order_of_recording) {
    std::vector<interaction_key> keys;
    for (const auto* id : {"3", "1", "2"}) keys.push_back(key_of("insert into t values ($1, $2)", {id, "a"}));
    const ruled_cassette tape{{{.where = {.position = 1}, .by = match_by::any}}, keys};
    EXPECT_EQ(candidates(tape.open(), key_of("insert into t values ($1, $2)", {"9", "a"})),
              (names{keys[0].name(), keys[1].name(), keys[2].name()}));
    EXPECT_EQ(candidates(tape.open(), key_of("insert into t values ($1, $2)", {"2", "a"})), names{keys[2].name()})
        << "the key itself, if it is there";
    EXPECT_EQ(candidates(tape.open(), key_of("insert into t values ($1, $2)", {"9", "b"})), names{})
        << "only the first is any";
    EXPECT_EQ(candidates(tape.open(), key_of("insert into u values ($1, $2)", {"9", "a"})), names{});
}

TEST(match_rules, each_kind_compares_as_it_says) {
    const match_rule regex{.where = {}, .by = match_by::regex, .pattern = "[0-9]+-x"};
    EXPECT_TRUE(one_matches(regex, "1-x", "22-x"));
    EXPECT_FALSE(one_matches(regex, "1-x", "22-xx"));
    EXPECT_FALSE(one_matches(regex, "one", "22-x"));
    const match_rule ignore_case{.where = {}, .by = match_by::ignore_case};
    EXPECT_TRUE(one_matches(ignore_case, "Ada", "aDA"));
    EXPECT_FALSE(one_matches(ignore_case, "Ada", "Eve"));
    const match_rule json{.where = {}, .by = match_by::json_equal};
    EXPECT_TRUE(one_matches(json, R"({"a": 1, "b": [{"c": 2, "d": null}]})", R"({"b":[{"d":null,"c":2}],"a":1})"));
    EXPECT_FALSE(one_matches(json, R"({"a": [1, 2]})", R"({"a": [2, 1]})"));
    EXPECT_FALSE(one_matches(json, "{", "["));
    const match_rule within{.where = {}, .by = match_by::time_within, .tolerance = std::chrono::seconds{5}};
    EXPECT_TRUE(one_matches(within, "2026-11-26 12:00:00+00", "2026-11-26 13:00:04+01"));
    EXPECT_FALSE(one_matches(within, "2026-11-26 12:00:00+00", "2026-11-26 12:00:06+00"));
    EXPECT_TRUE(one_matches(within, "2026-11-26 12:00:00", "2026-11-26 12:00:05"));
    EXPECT_FALSE(one_matches(within, "2026-11-26", "2026-11-27"));
    EXPECT_FALSE(one_matches(within, "2026-11-26", "tomorrow"));
}

TEST(match_rules, literals_and_types_can_be_meant) {
    const ruled_cassette literal{{{.where = {.statement = "SELECT 1, 'x'", .position = 2}, .by = match_by::any}},
                                 {key_of("select 5, 'a'")}};
    EXPECT_FALSE(candidates(literal.open(), key_of("select 5, 'b'")).empty());
    EXPECT_TRUE(candidates(literal.open(), key_of("select 6, 'a'")).empty());
    const ruled_cassette typed{{{.where = {.type = "uuid"}, .by = match_by::any}},
                               {key_of("select $1, $2", {"1", "2"})},
                               {oids::uuid, oids::int4}};
    EXPECT_FALSE(candidates(typed.open(), key_of("select $1, $2", {"9", "2"})).empty());
    EXPECT_TRUE(candidates(typed.open(), key_of("select $1, $2", {"1", "9"})).empty());
}

TEST(match_rules, same_as_earlier_follows_a_value_that_was_met_through_another_rule) {
    const auto insert = [](std::string_view id) { return key_of("insert into t values ($1)", {id}); };
    const auto select = [](std::string_view id) { return key_of("select a from t where id = $1", {id}); };
    const ruled_cassette recorded{
        {{.where = {.statement = "insert into t values ($1)"}, .by = match_by::any},
         {.where = {.statement = "select a from t where id = $1"}, .by = match_by::same_as_earlier}},
        {insert("u1"), select("u1"), insert("u2"), select("u2")}};
    const auto tape = recorded.open();
    match_memory memory;
    EXPECT_EQ(candidates(tape, select("v1"), &memory), names{}) << "not met yet";
    tape.learn(insert("u1"), insert("v1"), memory);
    tape.learn(insert("u2"), insert("v2"), memory);
    EXPECT_EQ(candidates(tape, select("v1"), &memory), names{select("u1").name()});
    EXPECT_EQ(candidates(tape, select("v2"), &memory), names{select("u2").name()});
    EXPECT_EQ(candidates(tape, select("v3"), &memory), names{});
}

std::string covered(request_keys& keys, std::string_view value, oid type, std::string_view column = "c") {
    recorded_row row{text_value(value)};
    const std::vector<recorded_column> columns{{.name = std::string{column}, .type = type}};
    keys.cover(row, keys.of("select c from t"), columns);
    return row[0].what == kind::null ? "NULL" : row[0].data;
}

TEST(normalise_rules, what_varies_becomes_the_same_in_rows_and_in_the_parameters_that_follow) {
    manifest about;
    about.normalise = {{.where = {.type = "timestamptz"}, .as = normalise_as::fixed_time},
                       {.where = {.type = "uuid"}, .as = normalise_as::numbered_uuid},
                       {.where = {.column = "id"}, .as = normalise_as::numbered},
                       {.where = {.statement = "delete from t where id = $1"}, .as = normalise_as::numbered}};
    request_keys recording{about, {}}, replaying{about, {}};
    EXPECT_EQ(covered(recording, "2026-11-26 14:00:00+00", oids::timestamptz), "2000-01-01 00:00:00+00");
    EXPECT_EQ(covered(recording, "2026-11-26", oids::date), "2026-11-26");
    const auto *u = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", *v = "b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11";
    const auto one = covered(recording, u, oids::uuid);
    EXPECT_EQ(one, "00000000-0000-4000-8000-000000000001");
    EXPECT_EQ(covered(recording, v, oids::uuid), "00000000-0000-4000-8000-000000000002");
    EXPECT_EQ(covered(recording, u, oids::uuid), one);
    EXPECT_EQ(covered(recording, "4711", oids::int8, "id"), "1");
    EXPECT_EQ(covered(recording, "4711", oids::int8, "other"), "4711");

    // The client got the uuid itself while it was recorded, and gets what stands for it from the replay.
    const auto key = [](request_keys& keys, std::string_view sql, std::string_view value, oid type = {}) {
        const std::vector<field> parameters{sent(value, type)};
        return keys.of(keys.of(sql), parameters);
    };
    EXPECT_EQ(key(recording, "select from t where u = $1", u), key(replaying, "select from t where u = $1", one));
    EXPECT_EQ(recording.of_query("select from t where u = '" + std::string{u} + "'"),
              replaying.of_query("select from t where u = '" + one + "'"));
    EXPECT_EQ(key(recording, "delete from t where id = $1", "4711"),
              key(replaying, "delete from t where id = $1", "1"));
    // A uuid of the client's own: another one each time.
    EXPECT_EQ(key(recording, "insert into t values ($1)", "c0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", oids::uuid),
              key(replaying, "insert into t values ($1)", "d0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", oids::uuid));
}

TEST(policy, hidden_parameters_are_found_by_a_keyed_hash) {
    manifest about;
    about.policy.parameters = {{.as = masking::full, .position = 1}};
    const secret_string key{"the key"};
    request_keys keys{about, key}, same{about, key}, other{about, secret_string{"another key"}};
    const std::vector<field> ada{sent("Ada"), sent("7")}, eve{sent("Eve"), sent("7")};
    const auto made = keys.of(keys.of("select $1, $2"), ada);
    EXPECT_EQ(made.parameters[0].what, kind::masked);
    EXPECT_EQ(made.parameters[1], text_value("7"));
    EXPECT_EQ(made, same.of(same.of("select $1, $2"), ada));
    EXPECT_NE(made, keys.of(keys.of("select $1, $2"), eve));
    EXPECT_NE(made, other.of(other.of("select $1, $2"), ada));
    EXPECT_EQ(keys.of("select 'Ada'").literals.at(0).what, kind::masked) << "literals are values like parameters";
    EXPECT_THROW((request_keys{about, {}}), error) << "without a key nothing would be found again";
    about.key_check = key_check_of(key);
    EXPECT_NO_THROW((request_keys{about, key}));
    EXPECT_THROW((request_keys{about, secret_string{"another key"}}), error);
}

TEST(policy, hidden_columns_show_a_mask_or_the_plainest_value_of_their_type) {
    manifest about;
    about.policy.columns = {{.as = masking::full, .column = "c"},
                            {.as = masking::partial, .column = "mail"},
                            {.as = masking::null, .column = "gone"}};
    request_keys keys{about, secret_string{"key"}};
    EXPECT_EQ(covered(keys, "secret", oids::text), "***");
    EXPECT_EQ(covered(keys, "ada@example.org", oids::varchar, "mail"), "a***g");
    EXPECT_EQ(covered(keys, "x", oids::text, "gone"), "NULL");
    EXPECT_EQ(covered(keys, "42", oids::int4), "0");
    EXPECT_EQ(covered(keys, "{1,2}", oids::int4_array), "{}");
    EXPECT_EQ(covered(keys, "2026-11-26", oids::date), "2000-01-01");
    EXPECT_EQ(covered(keys, "open", oids::text, "d"), "open");
    answer given;
    given.error.emplace();
    given.error->message = "duplicate key";
    given.error->detail = "Key (mail)=(ada@example.org) already exists.";
    keys.cover(given, keys.of("insert into t values ($1)"));
    EXPECT_EQ(given.error->detail, "");
    EXPECT_EQ(given.error->message, "duplicate key");
}

TEST(policy, passwords_are_never_kept) {
    const temporary_folder dir;
    const manifest about;
    request_keys keys{about, {}};
    {
        cassette_writer tape{dir.path()};
        const auto session = tape.begin_session();
        tape.add(session, keys.of_query("alter role app password 'hunter2'"), {});
        const std::vector<field> parameters{sent("host=a password=hunter2")};
        tape.add(session, keys.of(keys.of("select dblink_connect($1)"), parameters), {});
        auto verifier = selected({"SCRAM-SHA-256$4096:hunter2"});
        keys.cover(verifier.results[0].rows.here[0], keys.of("select rolpassword from pg_authid"),
                   *verifier.results[0].columns);
        tape.add(session, keys.of_query("select rolpassword from pg_authid"), verifier);
        tape.save();
    }
    for (const auto& each : std::filesystem::recursive_directory_iterator{dir.path()}) {
        if (!each.is_regular_file()) continue;
        EXPECT_EQ(content_of(each.path()).find("hunter2"), std::string::npos) << each.path();
    }
    EXPECT_TRUE(cassette{dir.path()}.find(keys.of_query("ALTER ROLE app PASSWORD 'another'")))
        << "a secret matches any";
}

TEST(manifest, is_read_as_it_was_written) {
    manifest m;
    m.server_version = "15.14";
    m.parameters = {{"TimeZone", "UTC"}};
    m.policy.parameters = {{.as = masking::hash, .position = 2, .statement = "select $1"}};
    m.policy.columns = {{.as = masking::partial, .type = "text", .column = "mail"}};
    m.match = {{.where = {.position = 1}, .by = match_by::regex, .pattern = "a.*"},
               {.where = {.fingerprint = "50fde20626009aba"},
                .by = match_by::time_within,
                .tolerance = std::chrono::milliseconds{1'500}}};
    m.normalise = {{.where = {.column = "id"}, .as = normalise_as::numbered}};
    const auto text = to_json(m);
    const auto again = read_manifest(text, "cassette.json");
    EXPECT_EQ(to_json(again), text);
    EXPECT_EQ(again.match, m.match);
    EXPECT_EQ(again.normalise, m.normalise);
    EXPECT_EQ(again.policy.parameters.at(0).position, 2u);
    EXPECT_EQ(again.policy.columns.at(0).as, masking::partial);
}

}  // namespace
}  // namespace howdah::sim
