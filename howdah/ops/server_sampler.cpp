#include "howdah/ops/server_sampler.hpp"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "howdah/base/error.hpp"
#include "howdah/ops/detail/lock_waits.hpp"
#include "howdah/ops/detail/periodic.hpp"
#include "howdah/ops/status_json.hpp"

namespace howdah {
namespace {

using clock = std::chrono::steady_clock;

// More than any server has: what is over is not looked at.
constexpr std::size_t most_processes = 10'000;

/// Listens to the sampler's own connection: where it leads to, and what ends soon there.
class own_connection final : public observer {
public:
    explicit own_connection(std::shared_ptr<observer> to) : to_{std::move(to)} {}
    using observer::on;
    void on(const connect_event& e) override {
        if (e.failure == nullptr) host = e.host;
    }
    void on(const expiry_event& e) override { observe::tell(to_.get(), e); }

    std::string host;

private:
    std::shared_ptr<observer> to_;
};

}  // namespace

void server_sampler_options::validate() const {
    if (std::min({look_every, connect_every, patience}).count() <= 0)
        throw error{errc::invalid_option, "server_sampler_options: each is a time over zero"};
}

struct server_sampler::state {
    state(connection_config c, std::shared_ptr<observer> t, const server_sampler_options& o)
        : config{std::move(c)}, to{std::move(t)}, options{o}, own{std::make_shared<own_connection>(to)} {}

    std::vector<std::int32_t> ours() {
        const std::lock_guard lock{mutex};
        const auto& here = processes[own->host];
        return {here.begin(), here.end()};
    }

    void forget(const std::vector<std::int32_t>& gone) {
        const std::lock_guard lock{mutex};
        for (const auto id : gone) processes[own->host].erase(id);
    }

    void connect(const std::stop_token& stop) {
        if (db && db->open() && clock::now() - connected_at < options.connect_every) return;
        db.emplace(config, own, stop);
        connected_at = clock::now();
    }

    void look_at_locks() {
        auto all = ours();
        if (all.empty()) return;
        for (const auto& w : ops::lock_waits_of(*db, all, options.patience))
            observe::tell(to.get(), lock_wait_event{.statement = w.statement,
                                                    .host = own->host,
                                                    .process_id = static_cast<std::uint32_t>(w.process_id),
                                                    .waited = std::chrono::microseconds{w.waited},
                                                    .lock = w.lock,
                                                    .blocker = static_cast<std::uint32_t>(w.blocker),
                                                    .blocker_application = w.blocker_application,
                                                    .blocker_user = w.blocker_user,
                                                    .blocker_state = w.blocker_state,
                                                    .blocker_statement = w.blocker_statement});
        for (const auto id : ops::living(*db, all, options.patience)) std::erase(all, id);
        forget(all);
    }

    // What goes wrong is told when it begins to.
    void look(const std::stop_token& stop) noexcept {
        try {
            connect(stop);
            look_at_locks();
            failing = false;
        } catch (const std::exception& e) {
            db.reset();
            if (!stop.stop_requested() && !std::exchange(failing, true)) {
                const auto* said = dynamic_cast<const error*>(&e);
                const std::string words =
                    "a server_sampler can't look: " + std::string{said != nullptr ? ops::words_of(*said) : e.what()};
                observe::tell(to.get(), warning_event{.what = words, .host = own->host});
            }
        }
        ++looks;
    }

    const connection_config config;
    const std::shared_ptr<observer> to;
    const server_sampler_options options;
    const std::shared_ptr<own_connection> own;  // the sampler's thread alone uses it, as what follows
    std::optional<blocking::connection> db;
    clock::time_point connected_at{};
    bool failing = false;
    std::atomic<std::uint64_t> looks{0};
    std::mutex mutex;
    std::map<std::string, std::set<std::int32_t>, std::less<>> processes;  // by host
    std::optional<ops::periodic> looking;                                  // the last: it goes first
};

server_sampler::server_sampler(connection_config config, std::shared_ptr<observer> to,
                               const server_sampler_options& options) {
    options.validate();
    config.validate();
    if (to == nullptr) throw error{errc::invalid_option, "a server_sampler needs an observer to tell"};
    if (config.fallback_application_name.empty()) config.fallback_application_name = "howdah sampler";
    state_ = std::make_unique<state>(std::move(config), std::move(to), options);
    state_->looking.emplace(options.look_every, [s = state_.get()](const std::stop_token& stop) { s->look(stop); });
}
server_sampler::~server_sampler() = default;

std::uint64_t server_sampler::looks() const noexcept { return state_->looks; }

void server_sampler::on(const connect_event& e) {
    if (e.failure != nullptr) return;
    const std::lock_guard lock{state_->mutex};
    auto& here = state_->processes[std::string{e.host}];
    if (here.size() < most_processes) here.insert(static_cast<std::int32_t>(e.process_id));
}

void server_sampler::on(const connection_lost_event& e) {
    const std::lock_guard lock{state_->mutex};
    if (const auto found = state_->processes.find(e.host); found != state_->processes.end())
        found->second.erase(static_cast<std::int32_t>(e.process_id));
}

}  // namespace howdah
