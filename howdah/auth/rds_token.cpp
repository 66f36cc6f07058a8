#include "howdah/auth/rds_token.hpp"

#include <array>
#include <cstdio>
#include <map>
#include <utility>

#include "howdah/base/digest.hpp"
#include "howdah/base/error.hpp"
#include "howdah/base/percent_encoding.hpp"

namespace howdah {
namespace {

constexpr std::string_view algorithm = "AWS4-HMAC-SHA256", service = "rds-db", terminator = "aws4_request";

/// Text that grows without leaving copies of itself behind, and is wiped when it goes.
class wiped_text {
public:
    explicit wiped_text(std::size_t most) { text_.reserve(most); }
    wiped_text(const wiped_text&) = delete;
    wiped_text& operator=(const wiped_text&) = delete;
    ~wiped_text() { wipe(text_.data(), text_.capacity()); }

    wiped_text& add(std::string_view more) {
        text_.append(more);
        return *this;
    }
    wiped_text& add_encoded(std::string_view more) {
        append_percent_encoded(text_, more);
        return *this;
    }
    std::string_view text() const noexcept { return text_; }

private:
    std::string text_;
};

using parameters = std::map<std::string, std::string_view>;

// Sorted by name, as the signature wants them.
void add_joined(const parameters& all, wiped_text& to) {
    bool first = true;
    for (const auto& [name, value] : all) {
        to.add(std::exchange(first, false) ? "" : "&").add(name).add("=").add_encoded(value);
    }
}

// "20261125T220000Z", in UTC.
std::string moment_of(std::chrono::system_clock::time_point now) {
    const auto day = std::chrono::floor<std::chrono::days>(now);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{std::chrono::floor<std::chrono::seconds>(now - day)};
    std::array<char, 32> out{};
    (void)std::snprintf(out.data(), out.size(), "%04d%02u%02uT%02d%02d%02dZ", static_cast<int>(date.year()),
                        static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                        static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                        static_cast<int>(time.seconds().count()));
    return out.data();
}

digest signing_key(const aws_keys& keys, std::string_view date, std::string_view region) {
    const auto secret = keys.secret_access_key.reveal();
    wiped_text first{4 + secret.size()};
    auto key = hmac_sha_256(first.add("AWS4").add(secret).text(), date);
    for (const auto part : {region, service, terminator}) key = hmac_sha_256(key.text(), part);
    return key;
}

void require(std::string_view value, const char* what) {
    if (value.empty())
        throw error{errc::no_credentials, std::string{"an RDS token needs "} + what + ", which is empty"};
}

}  // namespace

// AWS's documentation, "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)".
secret_string rds_token(const rds_token_request& request, const aws_keys& keys,
                        std::chrono::system_clock::time_point now) {
    require(request.host, "a host");
    require(request.user, "a user");
    require(request.region, "a region");
    require(keys.access_key_id, "an access key");
    require(keys.secret_access_key.reveal(), "a secret access key");

    const auto place = request.host + ':' + std::to_string(request.port);
    const auto moment = moment_of(now);
    const auto date = moment.substr(0, 8);
    const auto scope = date + '/' + request.region + '/' + std::string{service} + '/' + std::string{terminator};

    const auto credential = keys.access_key_id + '/' + scope;
    const auto lifetime = std::to_string(rds_token_lifetime.count());
    parameters query{{"Action", "connect"},          {"DBUser", request.user},
                     {"X-Amz-Algorithm", algorithm}, {"X-Amz-Credential", credential},
                     {"X-Amz-Date", moment},         {"X-Amz-Expires", lifetime},
                     {"X-Amz-SignedHeaders", "host"}};
    if (!keys.session_token.empty()) query["X-Amz-Security-Token"] = keys.session_token.reveal();

    constexpr std::size_t fixed_part = 1024, encoded = 3;
    const auto most = fixed_part + 2 * place.size() +
                      encoded * (request.user.size() + credential.size() + keys.session_token.reveal().size());
    wiped_text canonical{most};
    canonical.add("GET\n/\n");
    add_joined(query, canonical);
    canonical.add("\nhost:").add(place).add("\n\nhost\n").add(sha_256("").hexadecimal());
    const auto to_sign =
        std::string{algorithm} + '\n' + moment + '\n' + scope + '\n' + sha_256(canonical.text()).hexadecimal();
    const auto signature = hmac_sha_256(signing_key(keys, date, request.region).text(), to_sign).hexadecimal();
    query["X-Amz-Signature"] = signature;
    wiped_text token{most};
    token.add(place).add("/?");
    add_joined(query, token);
    return secret_string{token.text()};
}

}  // namespace howdah
