#include "howdah/ops/status_pages.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace howdah::ops {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::string token = "0123456789abcdef";

struct status_pages_test : ::testing::Test {
    std::shared_ptr<inventory> known = std::make_shared<inventory>();
    std::shared_ptr<dashboard> board = std::make_shared<dashboard>(known);
    status_pages open{{.board = board, .metrics = [] { return "up 1\n"; }}, {}};
    status_pages closed{{.board = board}, secret_string{token}};

    static status_request get(std::string_view target) {
        return {.method = "GET", .target = target, .host = "localhost:80", .authorization = {}, .cookie = {}};
    }
    static std::string header(const status_answer& a, std::string_view name) {
        const auto found = std::ranges::find(a.headers, name, [](const auto& h) { return h.first; });
        return found == a.headers.end() ? "" : found->second;
    }
};

TEST_F(status_pages_test, there_are_five_and_nothing_else) {
    for (const auto* target : {"/", "/status.json", "/metrics", "/health", "/ready", "/?x=1", "/health?"})
        EXPECT_EQ(open.answer(get(target)).status, 200u) << target;
    for (const auto* target :
         {"", "*", "//", "/../status.json", "/status.json/", "http://localhost/", "/%73tatus.json"})
        EXPECT_EQ(open.answer(get(target)).status, 404u) << target;
    EXPECT_EQ(
        closed
            .answer(
                {.method = "GET", .target = "/metrics", .host = {}, .authorization = "Bearer " + token, .cookie = {}})
            .status,
        404u)
        << "nobody has given any";
    auto r = get("/");
    for (const auto* method : {"POST", "DELETE", "get", ""}) {
        r.method = method;
        EXPECT_EQ(open.answer(r).status, 405u) << method;
    }
}

TEST_F(status_pages_test, token_is_taken_from_header_cookie_or_query_and_from_nothing_else) {
    auto r = get("/status.json");
    EXPECT_EQ(closed.answer(r).status, 401u);
    EXPECT_TRUE(closed.answer(r).stranger);
    const auto with = [&](const std::string& authorization, const std::string& cookie, const std::string& query) {
        const auto target = "/status.json" + query;
        return closed
            .answer({.method = "GET", .target = target, .host = "x", .authorization = authorization, .cookie = cookie})
            .status;
    };
    EXPECT_EQ(with("Bearer " + token, "", ""), 200u);
    EXPECT_EQ(with("", "a=b; howdah_token=" + token + "; c", ""), 200u);
    EXPECT_EQ(with("", "", "?a=1&token=" + token), 200u);
    EXPECT_EQ(with("Bearer " + token + " ", "", ""), 401u);
    EXPECT_EQ(with("Bearer ", "", ""), 401u);
    EXPECT_EQ(with("Basic " + token, "", ""), 401u);
    EXPECT_EQ(with("Bearer wrong-wrong-wrong", "howdah_token=" + token, ""), 401u)
        << "one that says who it is, says it";
    EXPECT_EQ(with("", "xhowdah_token=" + token, ""), 401u);
    EXPECT_EQ(with("", "howdah_token=", ""), 401u);
    EXPECT_EQ(with("", "howdah_token=" + token.substr(1), ""), 401u);
    EXPECT_EQ(with("", "", "?token="), 401u);
    EXPECT_EQ(with("", "", "?token"), 401u);
    EXPECT_EQ(with("", "", "?xtoken=" + token), 401u);
}

TEST_F(status_pages_test, token_of_the_address_becomes_a_cookie_that_scripts_do_not_see) {
    const auto target = "/?token=" + token;
    const auto a = closed.answer(get(target));
    EXPECT_EQ(a.status, 303u);
    EXPECT_EQ(header(a, "Location"), "/");
    EXPECT_EQ(header(a, "Set-Cookie"), "howdah_token=" + token + "; Path=/; HttpOnly; SameSite=Strict");
}

TEST_F(status_pages_test, without_a_token_other_host_names_are_refused) {
    auto r = get("/status.json");
    for (const auto* host : {"localhost", "localhost:9180", "127.0.0.1:9180", "[::1]:9180", "[::1]"}) {
        r.host = host;
        EXPECT_EQ(open.answer(r).status, 200u) << host;
    }
    for (const auto* host :
         {"", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example:9180", "[", "[::1"}) {
        r.host = host;
        EXPECT_EQ(open.answer(r).status, 421u) << host;
        EXPECT_EQ(
            open.answer({.method = "GET", .target = "/ready", .host = host, .authorization = {}, .cookie = {}}).status,
            421u);
    }
}

TEST_F(status_pages_test, health_and_readiness_are_for_everybody_but_the_reasons_are_not) {
    EXPECT_EQ(closed.answer(get("/health")).status, 200u);
    EXPECT_EQ(closed.answer(get("/ready")).status, 200u);
    known->add_pool("orders", [] {
        pool_status s;
        s.last_error = error{errc::connect_failed, "nobody listens on db1"};
        return s;
    });
    EXPECT_EQ(closed.answer(get("/health")).status, 200u);
    const auto a = closed.answer(get("/ready"));
    EXPECT_EQ(a.status, 503u);
    EXPECT_THAT(a.body, Not(HasSubstr("orders")));
    EXPECT_EQ(open.answer(get("/ready")).body, "pool orders has no connection: nobody listens on db1\n");
}

TEST_F(status_pages_test, page_has_no_resources_of_others_and_lets_none_in) {
    const auto a = open.answer(get("/"));
    EXPECT_THAT(a.type, HasSubstr("text/html"));
    const auto policy = header(a, "Content-Security-Policy");
    EXPECT_THAT(policy, HasSubstr("default-src 'none'"));
    EXPECT_THAT(policy, HasSubstr("script-src 'sha256-"));
    EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
    for (const auto* what : {"src=", "@import", "url(", "innerHTML", "eval("})
        EXPECT_THAT(a.body, Not(HasSubstr(what)));
    EXPECT_EQ(a.body.find("http"), a.body.find("http://www.w3.org/2000/svg")) << "a name, not an address";
}

TEST_F(status_pages_test, without_a_dashboard_is_refused) { EXPECT_THROW(status_pages({}, {}), error); }

}  // namespace
}  // namespace howdah::ops
