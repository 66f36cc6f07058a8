#include "howdah/ops/dashboard.hpp"

#include <deque>
#include <mutex>
#include <type_traits>
#include <utility>
#include <vector>

#include "howdah/base/error.hpp"
#include "howdah/observe/event_line.hpp"
#include "howdah/observe/statement_ranking.hpp"
#include "howdah/ops/latency_history.hpp"
#include "howdah/ops/status_json.hpp"

namespace howdah {
namespace {

using observe::json_line;
using ops::json_list;

constexpr std::size_t longest_statement = 500;

std::int64_t now_in_microseconds() {
    using namespace std::chrono;
    return duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
}

double seconds(std::chrono::microseconds t) { return std::chrono::duration<double>(t).count(); }

std::string json_of(const latency_history& history, latency_history::clock::time_point now) {
    json_line line;
    line.add("slot_seconds", seconds(history.a_slot()));
    line.add_json("slots", json_list(history.list(now), [](const latency_slot& s) {
                      json_line one;
                      one.add("calls", s.calls).add("failures", s.failures);
                      if (s.calls != 0)
                          one.add("p50", seconds(s.p50)).add("p90", seconds(s.p90)).add("p99", seconds(s.p99));
                      return one.finish();
                  }));
    return line.finish();
}

std::string json_of(const statement_cost& s) {
    json_line line;
    line.add("fingerprint", s.fingerprint)
        .add("statement", s.statement)
        .add("calls", s.calls)
        .add("failures", s.failures)
        .add("rows", s.rows)
        .add("seconds", s.seconds);
    return line.finish();
}

std::string json_of(const alert& a) {
    json_line line;
    line.add("kind", to_string(a.kind))
        .add("subject", a.subject)
        .add("words", a.words)
        .add("since_seconds",
             seconds(std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - a.since)))
        .add("occurrences", a.occurrences);
    return line.finish();
}

}  // namespace

void dashboard_options::validate() const {
    if (statements == 0 || events == 0) throw error{errc::invalid_option, "a dashboard needs room"};
}

struct dashboard::state {
    state(std::shared_ptr<const inventory> i, std::shared_ptr<const alerts> a, const dashboard_options& o)
        : all{std::move(i)},
          raised{std::move(a)},
          options{o},
          history{o.a_slot, o.slots},
          statements{o.statements, longest_statement} {}

    void count(const query_end_event& e) {
        statements.add(e.statement, e.duration, e.rows, e.failure != nullptr);
        const std::lock_guard lock{mutex};
        history.add(e.duration, e.failure != nullptr, latency_history::clock::now());
        ++calls;
        if (e.failure != nullptr) ++failures;
    }

    void keep(std::string line) {
        const std::lock_guard lock{mutex};
        ++seen;
        if (line.size() > options.longest_event) return;
        events.push_back(std::move(line));
        if (events.size() > options.events) events.pop_front();
    }

    const std::shared_ptr<const inventory> all;
    const std::shared_ptr<const alerts> raised;
    const dashboard_options options;
    const std::chrono::steady_clock::time_point since = std::chrono::steady_clock::now();
    mutable std::mutex mutex;
    latency_history history;
    statement_ranking statements;
    std::deque<std::string> events;
    std::uint64_t seen = 0, calls = 0, failures = 0;
};

dashboard::dashboard(std::shared_ptr<const inventory> all, std::shared_ptr<const alerts> raised,
                     const dashboard_options& options) {
    options.validate();
    state_ = std::make_unique<state>(std::move(all), std::move(raised), options);
}
dashboard::~dashboard() = default;

const inventory* dashboard::known() const noexcept { return state_->all.get(); }

template <class Event>
void dashboard::all(const Event& e) {
    if constexpr (std::is_same_v<Event, query_end_event>) state_->count(e);
    const auto level = observe::level_of(e);
    if (level < log_level::warn) return;
    json_line line;
    line.add("time", observe::to_rfc3339(now_in_microseconds()))
        .add("level", observe::to_string(level))
        .add("event", observe::name_of_event<Event>());
    observe::add_fields(line, e);
    state_->keep(line.finish());
}

std::string dashboard::json() const {
    const auto& s = *state_;
    json_line line;
    line.add("time", observe::to_rfc3339(now_in_microseconds()))
        .add("application", s.options.application)
        .add("up_seconds", std::chrono::duration<double>(std::chrono::steady_clock::now() - s.since).count());
    if (s.all != nullptr) {
        line.add_json("pools",
                      json_list(s.all->pools(), [](const auto& p) { return ops::json_of(p.first, p.second); }));
        line.add_json("clusters", json_list(s.all->clusters(), [](const auto& c) {
                          json_line one;
                          one.add("name", c.first);
                          one.add_json("nodes", json_list(c.second, [](const auto& n) { return ops::json_of(n); }));
                          return one.finish();
                      }));
        line.add_json("troubles", json_list(s.all->troubles(), [](const std::string& why) {
                          std::string out;
                          observe::append_json_text(out, why);
                          return out;
                      }));
    }
    if (s.raised != nullptr)
        line.add_json("alerts", json_list(s.raised->raised(), [](const alert& a) { return json_of(a); }));
    line.add_json("statements", json_list(s.statements.list(), [](const auto& c) { return json_of(c); }));
    const std::lock_guard lock{s.mutex};
    line.add("calls", s.calls).add("failures", s.failures);
    line.add_json("latency", json_of(s.history, latency_history::clock::now()));
    line.add("events_seen", s.seen);
    line.add_json("events", json_list(s.events, [](const std::string& e) { return e; }));
    return line.finish();
}

}  // namespace howdah
