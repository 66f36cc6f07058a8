#include "howdah/tools/top_metrics.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "howdah/base/error.hpp"
#include "howdah/cluster/http_get.hpp"
#include "howdah/cluster/json_answer.hpp"
#include "howdah/net/deadline.hpp"
#include "howdah/tools/amounts.hpp"
#include "howdah/tools/printable.hpp"
#include "howdah/tools/side_by_side.hpp"

namespace howdah::tools {
namespace {

using json = clustering::json_tree;
using table = std::vector<std::vector<std::string>>;

constexpr std::size_t most_events = 10, most_statements = 15, most_series = 200;

std::string text(const json& of, const char* name) {
    const auto value = of.get<std::string>(name, "");
    return value == "null" ? "-" : printable(value);  // property_tree has texts alone
}
double number(const json& of, const char* name) { return of.get<double>(name, 0); }

const json& list(const json& of, const char* name) {
    static const json none;
    const auto found = of.find(name);
    return found == of.not_found() ? none : found->second;
}

void append(std::vector<std::string>& out, const table& lines) {
    if (lines.size() < 2) return;  // a head alone
    out.emplace_back();
    for (auto& line : side_by_side(lines)) out.push_back(std::move(line));
}

std::string latest_latency(const json& latency) {
    const json* last = nullptr;
    for (const auto& [key, slot] : list(latency, "slots"))
        if (number(slot, "calls") > 0) last = &slot;
    if (last == nullptr) return "no calls lately";
    const auto rate = number(*last, "calls") / std::max(number(latency, "slot_seconds"), 1e-3);
    return std::to_string(std::llround(rate)) + " calls a second, p50 " + words_of_time(number(*last, "p50")) +
           ", p90 " + words_of_time(number(*last, "p90")) + ", p99 " + words_of_time(number(*last, "p99"));
}

table pools_of(const json& all) {
    table out{{"POOL", "IN USE", "IDLE", "LIMIT", "WAITING", "BROKEN", "LAST ERROR"}};
    for (const auto& [key, p] : list(all, "pools"))
        out.push_back({text(p, "name"), text(p, "in_use"), text(p, "idle"), text(p, "limit"), text(p, "waiting"),
                       text(p, "broken"), text(p, "last_error")});
    return out;
}

table nodes_of(const json& all) {
    table out{{"CLUSTER", "NODE", "ROLE", "LAG", "LATENCY", "BREAKER", ""}};
    for (const auto& [key, c] : list(all, "clusters"))
        for (const auto& [place, n] : list(c, "nodes"))
            out.push_back({text(c, "name"), text(n, "name"), text(n, "role"), text(n, "lag_bytes") + " B",
                           words_of_time(number(n, "latency_ms") / 1000), text(n, "breaker"), text(n, "trouble")});
    return out;
}

table alerts_of(const json& all) {
    table out{{"ALERT", "OF", "SINCE", ""}};
    for (const auto& [key, a] : list(all, "alerts"))
        out.push_back(
            {text(a, "kind"), text(a, "subject"), words_of_time(number(a, "since_seconds")), text(a, "words")});
    return out;
}

table statements_of(const json& all) {
    table out{{"CALLS", "FAILED", "TOTAL", "MEAN", "STATEMENT"}};
    for (const auto& [key, s] : list(all, "statements")) {
        if (out.size() > most_statements) break;
        const auto calls = std::max(number(s, "calls"), 1.0);
        out.push_back({text(s, "calls"), text(s, "failures"), words_of_time(number(s, "seconds")),
                       words_of_time(number(s, "seconds") / calls),
                       text(s, text(s, "statement").empty() ? "fingerprint" : "statement")});
    }
    return out;
}

table events_of(const json& all) {
    table out{{"TIME", "LEVEL", "EVENT", "", ""}};
    const auto& events = list(all, "events");
    for (auto at = events.rbegin(); at != events.rend() && out.size() <= most_events; ++at)
        out.push_back({text(at->second, "time").substr(11, 8), text(at->second, "level"), text(at->second, "event"),
                       text(at->second, "error"), text(at->second, "statement")});
    return out;
}

}  // namespace

metrics_url metrics_url::read(std::string_view text) {
    constexpr std::string_view scheme = "http://";
    const auto refuse = [&](const char* why) -> error {
        return {errc::invalid_option, std::string{text} + " is no URL of metrics: " + why};
    };
    if (!text.starts_with(scheme)) throw refuse("it begins with http://");
    auto rest = text.substr(scheme.size());
    const auto slash = std::min(rest.find('/'), rest.size());
    auto authority = rest.substr(0, slash);
    metrics_url out{.server = {.host = {}, .hostaddr = {}, .port = 80}, .path = std::string{rest.substr(slash)}};
    if (out.path.size() <= 1) out.path = "/status.json";
    if (out.path.find_first_of(" \r\n\t") != std::string::npos) throw refuse("its path has white space");
    const auto colon = authority.rfind(':');
    if (colon != std::string_view::npos && authority.find(']', colon) == std::string_view::npos) {
        const auto digits = authority.substr(colon + 1);
        const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), out.server.port);
        if (read.ec != std::errc{} || read.ptr != digits.data() + digits.size() || out.server.port == 0)
            throw refuse("its port is none");
        authority = authority.substr(0, colon);
    }
    if (authority.starts_with('[') && authority.ends_with(']')) authority = authority.substr(1, authority.size() - 2);
    if (authority.empty()) throw refuse("it has no host");
    out.server.host = authority;
    return out;
}

std::vector<std::string> look_at(const metrics_url& url, const secret_string& token, std::chrono::milliseconds patience,
                                 const std::stop_token& stop) {
    const auto authorization = token.empty() ? std::string{} : "Bearer " + std::string{token.reveal()};
    const auto answer =
        clustering::http_get(url.server, url.path, std::chrono::steady_clock::now() + patience, stop, authorization);
    return answer.starts_with('{') ? lines_of_status(answer) : lines_of_metrics(answer);
}

std::vector<std::string> lines_of_status(std::string_view json_text) {
    const auto all = clustering::read_json(json_text, "the status server's answer");
    std::vector<std::string> out{text(all, "application") + "  up " + words_of_time(number(all, "up_seconds")) + ", " +
                                     text(all, "calls") + " calls, " + text(all, "failures") + " failed",
                                 latest_latency(list(all, "latency"))};
    for (const auto& [key, why] : list(all, "troubles")) out.push_back("not ready: " + printable(why.data()));
    append(out, alerts_of(all));
    append(out, pools_of(all));
    append(out, nodes_of(all));
    append(out, statements_of(all));
    append(out, events_of(all));
    return out;
}

std::vector<std::string> lines_of_metrics(std::string_view text) {
    table out{{"METRIC", "VALUE"}};
    while (!text.empty() && out.size() <= most_series) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        const bool ours = line.starts_with("db_client_") || line.starts_with("howdah_");
        const auto blank = line.rfind(' ');
        if (!ours || blank == std::string_view::npos || line.find("_bucket{") != std::string_view::npos) continue;
        out.push_back({printable(line.substr(0, blank)), printable(line.substr(blank + 1))});
    }
    if (out.size() < 2) throw error{errc::protocol_violation, "there are no metrics of Howdah's"};
    return side_by_side(out);
}

}  // namespace howdah::tools
