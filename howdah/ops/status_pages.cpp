#include "howdah/ops/status_pages.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "howdah/base/error.hpp"
#include "howdah/ops/detail/page.hpp"

namespace howdah::ops {
namespace {

constexpr std::string_view cookie_name = "howdah_token";

struct split_target {
    std::string_view path, query;
};

split_target split(std::string_view target) {
    const auto mark = target.find('?');
    if (mark == std::string_view::npos) return {target, {}};
    return {target.substr(0, mark), target.substr(mark + 1)};
}

/// The value of `name=` among pairs; a token needs no decoding, as it is checked to hold no other characters.
std::optional<std::string_view> value_in(std::string_view pairs, char separator, std::string_view name) {
    while (!pairs.empty()) {
        auto pair = pairs.substr(0, pairs.find(separator));
        pairs.remove_prefix(std::min(pairs.size(), pair.size() + 1));
        while (pair.starts_with(' ')) pair.remove_prefix(1);
        if (pair.starts_with(name) && pair.substr(name.size()).starts_with('=')) return pair.substr(name.size() + 1);
    }
    return std::nullopt;
}

// Without its port.
bool names_this_machine(std::string_view host) {
    const auto bare = host.starts_with('[') ? host.substr(0, host.find(']') + 1) : host.substr(0, host.find(':'));
    constexpr std::array<std::string_view, 3> names{"localhost", "127.0.0.1", "[::1]"};
    return std::ranges::find(names, bare) != names.end();
}

status_answer refusal(unsigned status, std::string why) { return {.status = status, .body = std::move(why) + '\n'}; }

}  // namespace

status_pages::status_pages(status_content content, secret_string token)
    : content_{std::move(content)}, token_{std::move(token)} {
    if (content_.board == nullptr) throw error{errc::invalid_option, "a status server needs a dashboard to show"};
}

bool status_pages::knows_token(const status_request& r) const {
    if (token_.empty()) return true;
    const auto is_it = [&](std::string_view given) { return secret_string{given} == token_; };
    constexpr std::string_view scheme = "Bearer ";
    if (r.authorization.starts_with(scheme)) return is_it(r.authorization.substr(scheme.size()));
    if (const auto given = value_in(r.cookie, ';', cookie_name); given && is_it(*given)) return true;
    const auto given = value_in(split(r.target).query, '&', "token");
    return given && is_it(*given);
}

status_answer status_pages::answer(const status_request& r) const {
    if (r.method != "GET" && r.method != "HEAD") {
        auto out = refusal(405, "GET and HEAD are all there is");
        out.headers.emplace_back("Allow", "GET, HEAD");
        return out;
    }
    const auto [path, query] = split(r.target);
    if (path == "/health") return {.body = "alive\n"};
    const bool known = knows_token(r);
    if (token_.empty() && !names_this_machine(r.host)) return refusal(421, "this server answers to localhost alone");
    if (path == "/ready") return ready(known);
    if (!known) {
        auto out = refusal(401, "give the token: Authorization: Bearer TOKEN, or /?token=TOKEN in a browser");
        out.headers.emplace_back("WWW-Authenticate", "Bearer");
        out.stranger = true;
        return out;
    }
    if (path == "/") {
        if (token_.empty() || !value_in(query, '&', "token")) return status_page();
        // Out of the address bar, and of the history.
        return {.status = 303,
                .headers = {{"Location", "/"},
                            {"Set-Cookie", std::string{cookie_name} + '=' + std::string{token_.reveal()} +
                                               "; Path=/; HttpOnly; SameSite=Strict"}}};
    }
    if (path == "/status.json") return {.type = "application/json", .body = content_.board->json() + '\n'};
    if (path == "/metrics" && content_.metrics) return metrics();
    return refusal(404, "there are / /status.json /metrics /health /ready");
}

status_answer status_pages::ready(bool why) const {
    const auto* known = content_.board->known();
    const auto troubles = known == nullptr ? std::vector<std::string>{} : known->troubles();
    if (troubles.empty()) return {.body = "ready\n"};
    if (!why) return refusal(503, "not ready");
    std::string all;
    for (const auto& each : troubles) (all += all.empty() ? "" : "\n") += each;
    return refusal(503, all);
}

status_answer status_pages::metrics() const {
    return {.type = "text/plain; version=0.0.4; charset=utf-8", .body = content_.metrics()};
}

}  // namespace howdah::ops
