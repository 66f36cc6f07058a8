#include "howdah/auth/rds_token.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "howdah/base/error.hpp"
#include "howdah/testing/descriptor.hpp"
#include "howdah/testing/folders.hpp"
#include "howdah/testing/process.hpp"
#include "tests/unit/auth/generated/rds_tokens.hpp"
#include "tests/unit/auth/moment.hpp"

namespace howdah::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

aws_keys keys_of(const rds_case& c) {
    return {.access_key_id = c.key_id,
            .secret_access_key = secret_string{c.secret},
            .session_token = secret_string{c.session}};
}

rds_token_request request_of(const rds_case& c) {
    return {.host = c.host, .port = c.port, .user = c.user, .region = c.region};
}

TEST(rds_token, is_what_aws_s_own_signer_makes) {
    for (const auto& c : rds_cases)
        EXPECT_EQ(rds_token(request_of(c), keys_of(c), moment(c.time)).reveal(), c.token) << c.name;
}

TEST(rds_token, differs_with_each_of_its_inputs) {
    const auto& c = rds_cases[0];
    const auto now = moment(c.time);
    const auto token = rds_token(request_of(c), keys_of(c), now);
    auto request = request_of(c);
    request.user += 'x';
    EXPECT_FALSE(rds_token(request, keys_of(c), now) == token);
    auto keys = keys_of(c);
    keys.secret_access_key = secret_string{"another"};
    EXPECT_FALSE(rds_token(request_of(c), keys, now) == token);
    EXPECT_FALSE(rds_token(request_of(c), keys_of(c), now + 1s) == token);
    EXPECT_TRUE(rds_token(request_of(c), keys_of(c), now + 1ms) == token);
}

TEST(rds_token, is_not_made_of_what_is_missing) {
    const auto& c = rds_cases[0];
    const auto without = [&](auto take_away) {
        auto request = request_of(c);
        auto keys = keys_of(c);
        take_away(request, keys);
        EXPECT_THROW((void)rds_token(request, keys, moment(c.time)), error);
    };
    without([](auto& r, auto&) { r.host.clear(); });
    without([](auto& r, auto&) { r.user.clear(); });
    without([](auto& r, auto&) { r.region.clear(); });
    without([](auto&, auto& k) { k.access_key_id.clear(); });
    without([](auto&, auto& k) { k.secret_access_key = {}; });
}

std::string text_of(const fs::path& path) {
    std::ostringstream out;
    out << std::ifstream{path}.rdbuf();
    return out.str();
}

// The signer's node_modules in the cache, by npm; empty if it can't be had.
fs::path signer_folder() {
    const fs::path manifest = fs::path{HOWDAH_SIGNER} / "package.json";
    const auto said = text_of(manifest);
    const auto at = said.find("rds-signer\": \"") + 14;
    const auto folder = testing::cache_folder() / ("npm-rds-signer-" + said.substr(at, said.find('"', at) - at));
    if (fs::exists(folder)) return folder;
    const auto npm = testing::find_program("npm");
    if (npm.empty()) return {};
    const auto lock = testing::file_lock::wait_for(folder.string() + ".lock");
    if (fs::exists(folder)) return folder;
    const fs::path work = folder.string() + ".part";
    fs::remove_all(work);
    fs::create_directories(work);
    fs::copy_file(manifest, work / "package.json");
    try {
        const auto did = testing::run({.arguments = {npm, "install", "--no-audit", "--no-fund", "--ignore-scripts"},
                                       .working_folder = work.string()},
                                      {}, 90s);
        if (did.exit_status != 0) return {};
    } catch (const error&) {
        return {};
    }
    fs::rename(work, folder);
    return folder;
}

TEST(rds_token, recorded_ones_are_what_the_signer_makes_today) {
    const auto node = testing::find_program("node");
    if (node.empty()) GTEST_SKIP() << "node is not in PATH: apt-get install nodejs npm";
    const auto folder = signer_folder();
    if (folder.empty()) GTEST_SKIP() << "npm can't fetch @aws-sdk/rds-signer here";
    const fs::path script = fs::path{HOWDAH_SIGNER} / "write_tokens.mjs";
    const auto written = testing::run_or_fail({.arguments = {node, script.string(), folder.string()}}, {}, 60s);
    EXPECT_EQ(written, text_of(script.parent_path().parent_path() / "generated/rds_tokens.hpp"))
        << "node " << script.string() << " FOLDER writes it anew";
}

}  // namespace
}  // namespace howdah::test
