#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "howdah/observe/events.hpp"
#include "howdah/observe/statement_comment.hpp"

namespace howdah {

class redaction;

/// Whoever wants to know. Called on the thread that runs the connection: be quick, or stand behind an
/// asynchronous_observer. What it throws is dropped.
class observer {
public:
    virtual ~observer() = default;
    /// Asked in front of query_start_event: whoever gives an error keeps the statement from being sent, and its caller has that
    /// error. This and comment() are all by which an observer changes what it observes.
    virtual std::optional<error> objection(const query_start_event&) { return std::nullopt; }
    /// Asked behind that, once for each call, a pipeline included: tags that its statements tell the server, unless one has a
    /// comment of its own. With a trace a statement is parsed anew at each call, and no cache keeps it.
    virtual void comment(const query_start_event&, statement_comment&) {}
    /// What it wants to see of parameters; null: nothing. Of several observers on one connection, the first that has a policy
    /// decides for all.
    virtual const redaction* shown_parameters() const noexcept { return nullptr; }
    virtual void on(const connect_event&) {}
    virtual void on(const query_start_event&) {}
    virtual void on(const query_end_event&) {}
    virtual void on(const slow_query_event&) {}
    virtual void on(const lock_conflict_event&) {}
    virtual void on(const lock_wait_event&) {}
    virtual void on(const result_limit_event&) {}
    virtual void on(const transaction_begin_event&) {}
    virtual void on(const transaction_end_event&) {}
    virtual void on(const notice_event&) {}
    virtual void on(const long_transaction_event&) {}
    virtual void on(const idle_in_transaction_event&) {}
    virtual void on(const connection_lost_event&) {}
    virtual void on(const warning_event&) {}
    virtual void on(const expiry_event&) {}
    virtual void on(const notification_event&) {}
    virtual void on(const notification_gap_event&) {}
    virtual void on(const acquire_event&) {}
    virtual void on(const release_event&) {}
    virtual void on(const starvation_event&) {}
    virtual void on(const pool_connection_event&) {}
    virtual void on(const node_event&) {}
    virtual void on(const failover_event&) {}
    virtual void on(const primary_conflict_event&) {}
    virtual void on(const reroute_event&) {}
    virtual void on(const events_dropped_event&) {}
};

namespace observe {

/// Tells `to`, if there is one. An observer's exception ends here: it must not change what it observes.
template <class Event>
void tell(observer* to, const Event& e) noexcept {
    if (to == nullptr) return;
    try {
        to->on(e);
    } catch (...) {  // NOLINT(bugprone-empty-catch): see above
    }
}

/// An objection that throws is none.
inline std::optional<error> objection(observer& of, const query_start_event& e) noexcept {
    try {
        return of.objection(e);
    } catch (...) {
        return std::nullopt;
    }
}

/// What throws has nothing to say.
inline statement_comment comment(observer& of, const query_start_event& e) noexcept {
    try {
        statement_comment out;
        of.comment(e, out);
        return out;
    } catch (...) {
        return {};
    }
}

/// An observer that does the same with every event: Derived has `template <class Event> void all(const Event&)`.
template <class Derived>
class of_all_events : public observer {
public:
    void on(const connect_event& e) final { self().all(e); }
    void on(const query_start_event& e) final { self().all(e); }
    void on(const query_end_event& e) final { self().all(e); }
    void on(const slow_query_event& e) final { self().all(e); }
    void on(const lock_conflict_event& e) final { self().all(e); }
    void on(const lock_wait_event& e) final { self().all(e); }
    void on(const result_limit_event& e) final { self().all(e); }
    void on(const transaction_begin_event& e) final { self().all(e); }
    void on(const transaction_end_event& e) final { self().all(e); }
    void on(const notice_event& e) final { self().all(e); }
    void on(const long_transaction_event& e) final { self().all(e); }
    void on(const idle_in_transaction_event& e) final { self().all(e); }
    void on(const connection_lost_event& e) final { self().all(e); }
    void on(const warning_event& e) final { self().all(e); }
    void on(const expiry_event& e) final { self().all(e); }
    void on(const notification_event& e) final { self().all(e); }
    void on(const notification_gap_event& e) final { self().all(e); }
    void on(const acquire_event& e) final { self().all(e); }
    void on(const release_event& e) final { self().all(e); }
    void on(const starvation_event& e) final { self().all(e); }
    void on(const pool_connection_event& e) final { self().all(e); }
    void on(const node_event& e) final { self().all(e); }
    void on(const failover_event& e) final { self().all(e); }
    void on(const primary_conflict_event& e) final { self().all(e); }
    void on(const reroute_event& e) final { self().all(e); }
    void on(const events_dropped_event& e) final { self().all(e); }

private:
    friend Derived;
    of_all_events() = default;
    Derived& self() noexcept { return static_cast<Derived&>(*this); }
};

}  // namespace observe

/// Several observers as one. An observer that throws keeps the others from nothing.
class observers final : public observe::of_all_events<observers> {
public:
    explicit observers(std::vector<std::shared_ptr<observer>> all) : all_{std::move(all)} {}

    /// All are asked; the first objection counts.
    std::optional<error> objection(const query_start_event& e) override {
        std::optional<error> first;
        for (const auto& one : all_)
            if (auto objects = one != nullptr ? observe::objection(*one, e) : std::nullopt; objects && !first)
                first = std::move(objects);
        return first;
    }
    /// All tags; of two with the same name the later one's.
    void comment(const query_start_event& e, statement_comment& out) override {
        for (const auto& one : all_) {
            if (one == nullptr) continue;
            auto more = out;
            try {
                one->comment(e, more);
                out = std::move(more);
            } catch (...) {  // NOLINT(bugprone-empty-catch): the others' tags are not its own to lose
            }
        }
    }
    const redaction* shown_parameters() const noexcept override {
        for (const auto& one : all_)
            if (const auto* policy = one != nullptr ? one->shown_parameters() : nullptr) return policy;
        return nullptr;
    }

    template <class Event>
    void all(const Event& e) {
        for (const auto& one : all_) observe::tell(one.get(), e);
    }

private:
    std::vector<std::shared_ptr<observer>> all_;
};

}  // namespace howdah
