#include "howdah/observe/audit/audit_trail.hpp"

#include <exception>
#include <mutex>
#include <type_traits>

#include "howdah/observe/audit/chain.hpp"
#include "howdah/observe/audit/detail/audit_file.hpp"
#include "howdah/observe/event_line.hpp"

namespace howdah {
namespace {

using clock = std::chrono::steady_clock;

// What was done and by which way, not how well it went: that is for logs and metrics.
using recorded = boost::mp11::mp_list<connect_event, query_end_event, transaction_begin_event, transaction_end_event,
                                      connection_lost_event, node_event, failover_event, primary_conflict_event,
                                      reroute_event, events_dropped_event>;

std::int64_t now_in_microseconds() {
    using namespace std::chrono;
    return duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
}

}  // namespace

void audit_options::validate() const {
    if (path.empty()) throw error{errc::invalid_option, "audit_options::path is empty"};
}

class audit_trail::file {
public:
    explicit file(const audit_options& options) : options_{options}, file_{options.path} {
        options_.validate();
        if (const auto failed = file_.open())
            throw error{failed, "can't open the audit trail " + options_.path + ": " + failed.message()};
        go_on();
    }
    file(const file&) = delete;
    file& operator=(const file&) = delete;
    ~file() {
        const std::lock_guard lock{mutex_};
        try {
            (void)write("audit_closed", [](observe::json_line&) {});
            if (file_.is_open()) (void)note(file_.sync());
        } catch (...) {  // NOLINT(bugprone-empty-catch): a trail that is not closed says so to its reader
        }
    }

    template <class Event>
    std::optional<error> record(const Event& e) {
        const auto session = options_.session ? options_.session() : decltype(options_.session()){};
        const std::lock_guard lock{mutex_};
        const auto failed = write(observe::name_of_event<Event>(), [&](observe::json_line& line) {
            for (const auto& [name, value] : session) line.add("session_" + name, value);
            observe::add_fields(line, e);
        });
        if (!failed || options_.on_full == audit_failure::carry_on) return std::nullopt;
        return error{errc::refused_by_observer,
                     "the audit trail " + options_.path +
                         " can't be written, and nothing is done that is not on record: " + failed.message()};
    }

    bool flush() {
        const std::lock_guard lock{mutex_};
        return file_.is_open() && !note(file_.sync());
    }
    std::uint64_t missing() const {
        const std::lock_guard lock{mutex_};
        return missing_;
    }

private:
    // Joins the line that was last, whoever wrote it.
    void go_on() {
        std::string last;
        std::uint64_t torn = 0;
        if (const auto failed = file_.read_tail(last, torn))
            throw error{failed, "can't read the audit trail " + options_.path + ": " + failed.message()};
        if (!last.empty()) {
            const auto link = observe::read_audit_line(last, options_.key);
            if (!link)
                throw error{errc::refused_by_observer,
                            "the last line of " + options_.path +
                                " was changed, is no audit line, or was written with another "
                                "key: move the file away to begin a new trail"};
            last_ = *link;
        }
        // Power that failed in the middle of a line: it stays as it is, and is found by whoever verifies.
        if (torn != 0) (void)note(file_.append({}));
        if (const auto failed = write("audit_opened", [&](observe::json_line& line) {
                if (torn != 0) line.add("torn_bytes", torn);
            }))
            throw error{failed, "can't write the audit trail " + options_.path + ": " + failed.message()};
    }

    template <class Fields>
    std::error_code write(std::string_view event, Fields fields) {
        if (!file_.is_open()) {  // a rotation has failed
            if (const auto failed = file_.open()) return miss(failed);
        }
        if (options_.rotate_at != 0 && file_.size() >= options_.rotate_at) {
            if (const auto failed = note(file_.rotate()); failed && !file_.is_open()) return miss(failed);
        }
        auto link = last_;
        const auto line = observe::audit_line(link, options_.key, [&](observe::json_line& l) {
            l.add("time", observe::to_rfc3339(now_in_microseconds())).add("event", event);
            if (!options_.application.empty()) l.add("application", options_.application);
            if (missing_since_ != 0) l.add("missing", missing_since_);
            fields(l);
        });
        if (const auto failed = file_.append(line)) return miss(failed);
        last_ = std::move(link);
        missing_since_ = 0;
        return sync_if_due();
    }

    std::error_code sync_if_due() {
        const auto now = clock::now();
        if (options_.sync == audit_sync::never) return {};
        if (options_.sync == audit_sync::each_second && now - synced_ < std::chrono::seconds{1}) return {};
        synced_ = now;
        return note(file_.sync());
    }

    std::error_code miss(std::error_code failed) {
        ++missing_;
        ++missing_since_;
        return note(failed);
    }

    std::error_code note(std::error_code failed) {
        if (failed && options_.on_failure)
            options_.on_failure(error{failed, "the audit trail " + options_.path + ": " + failed.message()});
        return failed;
    }

    const audit_options options_;
    mutable std::mutex mutex_;
    observe::audit_file file_;
    observe::audit_link last_;
    std::uint64_t missing_ = 0, missing_since_ = 0;
    clock::time_point synced_ = clock::now();
};

audit_trail::audit_trail(const audit_options& options) : file_{std::make_unique<file>(options)} {}
audit_trail::~audit_trail() = default;

std::optional<error> audit_trail::objection(const query_start_event& e) {
    auto refused = file_->record(e);
    // What undoes must never be kept from it.
    return e.statement == "rollback" ? std::nullopt : std::move(refused);
}

bool audit_trail::flush() { return file_->flush(); }
std::uint64_t audit_trail::missing() const { return file_->missing(); }

template <class Event>
void audit_trail::all(const Event& e) {
    if constexpr (boost::mp11::mp_contains<recorded, Event>::value) (void)file_->record(e);
}

}  // namespace howdah
