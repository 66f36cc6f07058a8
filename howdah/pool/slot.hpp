#pragma once

#include <boost/intrusive/list_hook.hpp>
#include <chrono>
#include <cstdint>
#include <string_view>

#include "howdah/pool/place.hpp"

namespace howdah::pooling {

using clock = std::chrono::steady_clock;

/// What a shell has to do with a slot, and report.
enum class task : std::uint8_t {
    none,
    connect,  // open a connection, run after_connect: policy::connected() or connect_failed()
    prepare,  // before its next borrower: a sign of life, before_acquire: policy::ready() or lost()
    check,    // a sign of life while it is idle: policy::ready() or lost()
    recover,  // behind a borrower: end what was left open, clean, after_release: policy::ready() or lost()
    close,    // before_close, close: policy::closed()
};

/// A place for one connection. The shell derives from it, and adds the connection.
class slot : public boost::intrusive::list_base_hook<> {
public:
    enum class state : std::uint8_t { busy, idle, leased };  // busy: the shell is at its task

    slot() = default;
    slot(const slot&) = delete;
    slot& operator=(const slot&) = delete;
    virtual ~slot() = default;

    /// Whoever has it awaits an answer of the server: it will come back by itself.
    virtual bool at_work() const noexcept = 0;

    enum task task() const noexcept { return task_; }
    enum state state() const noexcept { return state_; }
    /// Whoever has it, while it is leased.
    const place& holder() const noexcept { return holder_; }
    /// Since when whoever has it has it.
    clock::time_point leased_since() const noexcept { return leased_since_; }
    /// It was idle so long that a sign of life is due before it is lent.
    bool is_stale() const noexcept { return stale_; }
    /// Why it is closed, once its task is that: "idle_timeout".
    std::string_view reason() const noexcept { return reason_; }

private:
    friend class policy;

    enum task task_ = task::none;
    enum state state_ = state::busy;
    bool told_ = false;  // the shell knows of its task
    bool stale_ = false;
    bool replaces_ = false;    // one with older credentials
    std::uint64_t round_ = 0;  // of attempts to connect
    std::uint64_t epoch_ = 0;  // of the pool, when it began to connect
    clock::time_point expires_ = clock::time_point::max();
    clock::time_point idle_since_{}, checked_{}, leased_since_{};
    clock::time_point coming_since_{};  // a task that will give it back
    std::string_view reason_{};
    place holder_{};
    const void* strand_ = nullptr;
};

}  // namespace howdah::pooling
