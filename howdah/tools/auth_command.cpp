#include <CLI/CLI.hpp>

#include <charconv>
#include <chrono>
#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "howdah/auth/aws_settings.hpp"
#include "howdah/auth/rds_token.hpp"
#include "howdah/tools/command.hpp"

namespace howdah::tools {
namespace {

struct rds_arguments {
    rds_token_request request;
    std::string profile, time;
};

// "2026-11-25T22:00:00Z", or as AWS writes it, "20261125T220000Z".
std::optional<std::chrono::system_clock::time_point> parse_moment(std::string text) {
    std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
    if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z') return std::nullopt;
    const auto number = [&](std::size_t at, std::size_t digits) {
        int out = -1;
        const char* first = text.data() + at;
        const auto read = std::from_chars(first, first + digits, out);
        return read.ptr == first + digits ? out : -1;
    };
    const std::chrono::year_month_day date{std::chrono::year{number(0, 4)},
                                           std::chrono::month{static_cast<unsigned>(number(4, 2))},
                                           std::chrono::day{static_cast<unsigned>(number(6, 2))}};
    const int hours = number(9, 2), minutes = number(11, 2), seconds = number(13, 2);
    if (!date.ok() || hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || seconds < 0 || seconds > 59)
        return std::nullopt;
    return std::chrono::sys_days{date} + std::chrono::hours{hours} + std::chrono::minutes{minutes} +
           std::chrono::seconds{seconds};
}

void print_token(const rds_arguments& given) {
    auto now = std::optional{std::chrono::system_clock::now()};
    if (!given.time.empty()) now = parse_moment(given.time);
    if (!now) throw CLI::ValidationError{"--time", "write a moment in UTC as 2026-11-25T22:00:00Z"};
    const aws_surroundings where{.profile = given.profile};
    auto request = given.request;
    if (request.region.empty()) request.region = find_aws_region(where);
    std::cout << rds_token(request, find_aws_keys(where), *now).reveal() << '\n';
}

void add_rds_token(CLI::App& auth) {
    auto* command = auth.add_subcommand("rds-token", "Print a token for Amazon RDS's IAM authentication");
    const auto given = std::make_shared<rds_arguments>();
    command->add_option("--host", given->request.host, "The instance's endpoint, as it is spelled")->required();
    command->add_option("--port", given->request.port, "Its port")->capture_default_str()->check(CLI::Range(1, 65535));
    command->add_option("--user", given->request.user, "The database's user")->required();
    command->add_option("--region", given->request.region, "As eu-central-1; otherwise AWS_REGION or the profile's");
    command->add_option("--profile", given->profile, "Of ~/.aws/credentials and ~/.aws/config; otherwise AWS_PROFILE");
    command->add_option("--time", given->time, "Made at this moment, in UTC, as 2026-11-25T22:00:00Z; otherwise now");
    command->footer(
        "The token is a password of 15 minutes: for TLS connections to that host, port and user only. It is made from\n"
        "the keys in AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, or of the profile; nobody is "
        "asked.\n"
        "Example:\n"
        "  PGPASSWORD=$(howdah auth rds-token --host db.example --user app --region eu-central-1) \\\n"
        "    howdah query 'postgresql://app@db.example/app?sslmode=verify-full' 'select 1'");
    command->callback([given] { print_token(*given); });
}

}  // namespace

void add_auth(CLI::App& howdah) {
    auto* auth = howdah.add_subcommand("auth", "Make what proves who connects");
    auth->require_subcommand(1);
    add_rds_token(*auth);
}

}  // namespace howdah::tools
