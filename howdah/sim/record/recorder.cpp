#include "howdah/sim/record/recorder.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "howdah/sim/cassette.hpp"
#include "howdah/sim/record/conversation.hpp"

namespace howdah::sim {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_waiting = std::size_t{64} << 20;
// The thread looks at what has come every so often, or once there is enough: woken at every message it would take the
// processor from those who make them.
constexpr auto gathering = 20ms;
constexpr std::size_t enough = std::size_t{4} << 20;
constexpr auto rest_before_saving = 500ms;

enum class happening : std::uint8_t { begins, client_says, server_says, ends };

}  // namespace

struct recorder::session::place {
    std::vector<std::pair<std::string, std::string>> parameters;
    std::optional<conversation> heard;  // the thread's own
};

struct recorder::content {
    content(const std::filesystem::path& folder, manifest fresh, secret_string key)
        : to{folder, std::move(fresh)}, keys{to.about(), std::move(key)}, into{to, keys} {}

    struct entry {
        std::shared_ptr<session::place> who;
        happening what;
        std::size_t size;
        clock::time_point at;
    };
    /// Entries, and the bytes of all of them one after another.
    struct journal {
        std::vector<entry> entries;
        bytes text;

        // The room stays for what comes next, unless it was far more than usual.
        void clear() {
            if (text.capacity() > 2 * enough) *this = {};
            entries.clear();
            text.clear();
        }
    };

    void append(const std::shared_ptr<session::place>& who, happening what, bytes_view said);
    void run();
    void end();
    void work_off(journal& j);
    void take(entry& e, bytes_view said);
    void save_if_quiet();

    cassette_writer to;
    request_keys keys;
    recording into;
    recorder_report report;

    mutable std::mutex mutex;
    std::condition_variable something;
    journal waiting;  // with the mutex
    bool over = false;
    std::exception_ptr failure;
    std::atomic<std::size_t> waiting_bytes{0};  // being written included

    std::size_t open_sessions = 0;  // the thread's own
    bool unsaved = false;
    std::thread thread;
};

void recorder::content::append(const std::shared_ptr<session::place>& who, happening what, bytes_view said) {
    bool wake = false;
    {
        const std::scoped_lock lock{mutex};
        if (failure) return;
        wake = waiting.entries.empty() || (waiting.text.size() < enough && waiting.text.size() + said.size() >= enough);
        waiting.entries.push_back({.who = who, .what = what, .size = said.size(), .at = clock::now()});
        howdah::append(waiting.text, said);
        waiting_bytes += sizeof(entry) + said.size();
    }
    if (wake) something.notify_one();
}

// All that has come is worked off before.
void recorder::content::end() {
    if (!thread.joinable()) return;
    {
        const std::scoped_lock lock{mutex};
        over = true;
    }
    something.notify_one();
    thread.join();
}

void recorder::content::run() {
    journal mine;
    for (;;) {
        {
            std::unique_lock lock{mutex};
            const auto has_come = [&] { return over || !waiting.entries.empty(); };
            if (unsaved && open_sessions == 0) something.wait_for(lock, rest_before_saving, has_come);
            else something.wait(lock, has_come);
            something.wait_for(lock, gathering, [&] { return over || waiting.text.size() >= enough; });
            if (over && waiting.entries.empty()) return;
            std::swap(mine, waiting);
        }
        try {
            if (mine.entries.empty()) save_if_quiet();
            else work_off(mine);
        } catch (...) {
            const std::scoped_lock lock{mutex};
            failure = std::current_exception();
            waiting = {};
            waiting_bytes = 0;
        }
        mine.clear();
    }
}

void recorder::content::save_if_quiet() {
    if (!unsaved || open_sessions > 0) return;
    to.checkpoint();
    unsaved = false;
}

void recorder::content::work_off(journal& j) {
    unsaved = true;
    bytes_view rest{j.text};
    for (auto& e : j.entries) {
        take(e, rest.first(e.size));
        rest = rest.subspan(e.size);
        waiting_bytes -= sizeof(entry) + e.size;
    }
}

void recorder::content::take(entry& e, bytes_view said) {
    auto& heard = e.who->heard;
    report.bytes += said.size();
    switch (e.what) {
        case happening::begins: {
            ++report.sessions;
            ++open_sessions;
            std::string version;
            for (const auto& [name, value] : e.who->parameters)
                if (name == "server_version") version = value;
            to.set_server(std::move(version), std::move(e.who->parameters));
            heard.emplace(into);
            return;
        }
        case happening::client_says: return heard->client_said(said, e.at);
        case happening::server_says: return heard->server_said(said, e.at);
        case happening::ends:
            --open_sessions;
            heard->ended(e.at);
            heard.reset();
            return;
    }
}

recorder::session::~session() {
    if (at_) to_->content_->append(at_, happening::ends, {});
}

void recorder::session::client_said(bytes_view in) { to_->content_->append(at_, happening::client_says, in); }
void recorder::session::server_said(bytes_view in) { to_->content_->append(at_, happening::server_says, in); }

recorder::recorder(const std::filesystem::path& folder, manifest fresh, secret_string key)
    : content_{std::make_unique<content>(folder, std::move(fresh), std::move(key))} {
    content_->thread = std::thread{[this] { content_->run(); }};
}

recorder::~recorder() { content_->end(); }

recorder::session recorder::begin(std::vector<std::pair<std::string, std::string>> parameters) {
    auto at = std::make_shared<session::place>();
    at->parameters = std::move(parameters);
    content_->append(at, happening::begins, {});
    return {*this, std::move(at)};
}

bool recorder::is_full() const noexcept { return content_->waiting_bytes > most_waiting; }

std::exception_ptr recorder::failure() const {
    const std::scoped_lock lock{content_->mutex};
    return content_->failure;
}

recorder_report recorder::finish() {
    auto& c = *content_;
    c.end();
    c.report.losses = c.into.losses();
    if (c.failure) std::rethrow_exception(c.failure);
    c.to.save();
    return c.report;
}

}  // namespace howdah::sim
