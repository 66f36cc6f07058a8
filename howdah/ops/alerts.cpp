#include "howdah/ops/alerts.hpp"

#include <algorithm>
#include <boost/describe/enum_to_string.hpp>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "howdah/base/error.hpp"
#include "howdah/observe/event_fields.hpp"
#include "howdah/observe/statement_text.hpp"
#include "howdah/ops/alert_book.hpp"
#include "howdah/ops/detail/periodic.hpp"
#include "howdah/ops/status_json.hpp"

namespace howdah {
namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

// A pool's connections are replaced within an hour, and each says anew that its certificate ends.
constexpr auto until_an_expiry_is_seen_again = 2h;
constexpr std::size_t longest_text = 200;

std::array<ops::alert_rule, alert_kinds> rules_of(const alert_options& o) {
    std::array<ops::alert_rule, alert_kinds> out;
    const auto of = [&](alert_kind kind) -> ops::alert_rule& { return out[static_cast<std::size_t>(kind)]; };
    for (auto& rule : out) rule.clear_after = o.clear_after;
    of(alert_kind::pool_exhausted).occurrences = o.refused_acquires;
    of(alert_kind::pool_exhausted).held = o.exhausted_for;
    of(alert_kind::node_down).held = o.node_down_for;
    of(alert_kind::no_primary).held = o.node_down_for;
    of(alert_kind::replica_lag).held = o.lagging_for;
    of(alert_kind::authentication_failing).occurrences = o.refused_logins;
    of(alert_kind::lock_waits).occurrences = o.lock_waits;
    of(alert_kind::certificate_expiry).clear_after = until_an_expiry_is_seen_again;
    of(alert_kind::credential_expiry).clear_after = until_an_expiry_is_seen_again;
    return out;
}

bool refuses_us(const error& e) {
    constexpr std::string_view invalid_authorization = "28";  // a class of SQLSTATEs
    return e.state().text().starts_with(invalid_authorization) || e.code() == errc::authentication_refused ||
           e.code() == errc::no_credentials;
}

std::string in_milliseconds(std::chrono::microseconds t) {
    return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(t).count()) + " ms";
}

std::string time_left(std::chrono::seconds left) {
    if (left.count() < 0) return "it has ended";
    if (left < 48h) return "it ends in " + std::to_string(left.count() / 60) + " minutes";
    return "it ends in " + std::to_string(left.count() / 86'400) + " days";
}

}  // namespace

void alert_options::validate() const {
    if (refused_acquires == 0 || refused_logins == 0 || lock_waits == 0)
        throw error{errc::invalid_option, "alert_options: nothing at all is no reason for an alert"};
    if (look_every.count() <= 0 || repeat_every.count() <= 0)
        throw error{errc::invalid_option, "alert_options: look_every and repeat_every are times over zero"};
    if (std::min({exhausted_for, node_down_for, max_lag, lagging_for, clear_after}).count() < 0)
        throw error{errc::invalid_option, "alert_options: a time is negative"};
    if (most == 0) throw error{errc::invalid_option, "alert_options::most is 0"};
}

struct alerts::state {
    state(callback t, const alert_options& o, std::shared_ptr<const inventory> i)
        : tell{std::move(t)}, options{o}, all{std::move(i)}, book{rules_of(o), o.repeat_every, o.most} {}

    void saw(alert_kind kind, std::string_view subject, std::string words) {
        const std::lock_guard lock{mutex};
        book.saw(kind, subject, std::move(words), clock::now());
    }

    void is(alert_kind kind, std::string_view subject, bool so, std::string words) {
        const std::lock_guard lock{mutex};
        book.is(kind, subject, so, std::move(words), clock::now());
    }

    void look_at(const std::string& name, const pool_status& s) {
        is(alert_kind::pool_exhausted, name, s.waiting > 0 && s.idle == 0,
           std::to_string(s.waiting) + " callers wait, " + std::to_string(s.in_use) + " of " + std::to_string(s.limit) +
               " connections are in use");
    }

    void look_at(const std::string& name, const std::vector<node_status>& nodes) {
        const bool led = std::ranges::any_of(nodes, [](const auto& n) { return n.role.what == node_role::primary; });
        is(alert_kind::no_primary, name, !led, "no node is the primary");
        for (const auto& n : nodes) {
            const bool lags =
                n.role.what == node_role::replica &&
                (n.role.lag_bytes.value_or(0) > options.max_lag_bytes || n.lag.value_or(0us) > options.max_lag);
            is(alert_kind::replica_lag, n.name, lags,
               std::to_string(n.role.lag_bytes.value_or(0)) + " bytes, " + in_milliseconds(n.lag.value_or(0us)) +
                   " behind");
        }
    }

    // A function of the user's may throw: then there is nothing to say about what it is asked for.
    void look() noexcept {
        try {
            if (all != nullptr) {
                for (const auto& [name, status] : all->pools()) look_at(name, status);
                for (const auto& [name, nodes] : all->clusters()) look_at(name, nodes);
            }
        } catch (...) {  // NOLINT(bugprone-empty-catch): see above
        }
        std::vector<alert> news;
        try {
            const std::lock_guard lock{mutex};
            news = book.look(clock::now());
        } catch (...) {  // NOLINT(bugprone-empty-catch): no memory: the next look has them
        }
        for (const auto& one : news) try {
                tell(one);
            } catch (...) {  // NOLINT(bugprone-empty-catch): as with observers
            }
    }

    const callback tell;
    const alert_options options;
    const std::shared_ptr<const inventory> all;
    mutable std::mutex mutex;
    ops::alert_book book;
    std::optional<ops::periodic> looking;  // the last: it goes first
};

alerts::alerts(callback tell, const alert_options& options, std::shared_ptr<const inventory> all) {
    options.validate();
    if (!tell) throw error{errc::invalid_option, "alerts need a function to tell"};
    state_ = std::make_unique<state>(std::move(tell), options, std::move(all));
    state_->looking.emplace(options.look_every, [s = state_.get()](const std::stop_token&) { s->look(); });
}
alerts::~alerts() = default;

std::vector<alert> alerts::raised() const {
    const std::lock_guard lock{state_->mutex};
    return state_->book.raised();
}

std::uint64_t alerts::dropped() const {
    const std::lock_guard lock{state_->mutex};
    return state_->book.dropped();
}

void alerts::on(const connect_event& e) {
    if (e.failure == nullptr || !refuses_us(*e.failure)) return;
    state_->saw(alert_kind::authentication_failing, e.host, std::string{ops::words_of(*e.failure)});
}

void alerts::on(const acquire_event& e) {
    if (e.failure == nullptr || (e.failure->code() != errc::timed_out && e.failure->code() != errc::queue_full)) return;
    state_->saw(alert_kind::pool_exhausted, "", "a caller had no connection after " + in_milliseconds(e.waited));
}

void alerts::on(const node_event& e) {
    state_->is(alert_kind::node_down, e.node, e.now == node_role::unknown, std::string{e.reason});
}

void alerts::on(const failover_event& e) {
    if (e.before.empty()) return;  // the first one that it knows
    state_->saw(alert_kind::failover, e.now,
                "instead of " + std::string{e.before} + ", after " + in_milliseconds(e.without_one) + " without one");
}

void alerts::on(const lock_conflict_event& e) {
    state_->saw(alert_kind::lock_waits, e.host,
                std::string{ops::words_of(*e.failure)} + ": " + normalise(e.statement, longest_text).shown());
}

void alerts::on(const lock_wait_event& e) {
    state_->saw(alert_kind::lock_waits, e.host,
                "process " + std::to_string(e.process_id) + " waits for " + std::string{e.lock} + ", which process " +
                    std::to_string(e.blocker) + " (" + std::string{e.blocker_application} + ", " +
                    std::string{e.blocker_state} + ") holds: " + normalise(e.statement, longest_text).shown());
}

void alerts::on(const expiry_event& e) {
    const auto subject =
        std::string{e.host} + ' ' + boost::describe::enum_to_string(e.what, "") + ' ' + std::string{e.subject};
    const bool credential = e.what == expiring::credential;
    state_->saw(credential ? alert_kind::credential_expiry : alert_kind::certificate_expiry, subject,
                time_left(e.left));
}

}  // namespace howdah
