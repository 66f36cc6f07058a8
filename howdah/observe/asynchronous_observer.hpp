#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "howdah/observe/observer.hpp"

namespace howdah {

/// How much an asynchronous_observer keeps for an observer that is slow.
struct asynchronous_observer_options {
    std::size_t max_events = 10'000;                  // that wait; what comes then is dropped, and counted
    std::size_t max_bytes = std::size_t{16} << 20;    // of these
    std::size_t longest_text = std::size_t{1} << 14;  // longer statements and payloads are cut
    std::chrono::milliseconds linger{1'000};          // how long the destructor waits for the events that are left

    /// Throws invalid_option.
    void validate() const;
};

/// Tells another observer on a thread of its own: it may block, be slow or write to a disk that is. Events wait in a
/// bounded queue; when that is full they are dropped, and the observer is told how many (events_dropped_event).
/// For any thread. An observer that still blocks when `linger` is over is left to its thread.
class asynchronous_observer final : public observe::of_all_events<asynchronous_observer> {
public:
    explicit asynchronous_observer(std::shared_ptr<observer> to, const asynchronous_observer_options& options = {});
    asynchronous_observer(const asynchronous_observer&) = delete;
    asynchronous_observer& operator=(const asynchronous_observer&) = delete;
    ~asynchronous_observer() override;

    /// The observer's own, on the caller's thread: it can't be given later.
    std::optional<error> objection(const query_start_event& e) override;
    void comment(const query_start_event& e, statement_comment& out) override;
    const redaction* shown_parameters() const noexcept override;

    /// Waits until all that was told so far has been passed on. False: `longest` was over first.
    bool flush(std::chrono::milliseconds longest);
    /// Events that were dropped so far.
    std::uint64_t dropped() const;

    /// Queues it.
    template <class Event>
    void all(const Event& e);

private:
    struct state;
    std::shared_ptr<state> state_;  // the thread's too
};

}  // namespace howdah
