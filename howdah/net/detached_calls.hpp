#pragma once

#include <signal.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>

namespace howdah::net {

/// Calls that can't be interrupted (getaddrinfo, what a user's credential provider does), each on a thread of its own,
/// so that whoever needs the answer may give up. Outlives its calls: one a process.
class detached_calls {
public:
    explicit constexpr detached_calls(std::size_t most) noexcept : most_{most} {}
    detached_calls(const detached_calls&) = delete;
    detached_calls& operator=(const detached_calls&) = delete;
    ~detached_calls() = default;

    std::size_t most() const noexcept { return most_; }
    /// Runs `call`, which throws nothing. False: `most` run already, those that were given up included.
    template <class F>
    bool start(F call) {
        place taken{*this};
        if (!taken) return false;
        const signals_blocked for_the_thread;
        std::thread{[c = std::move(call), p = std::move(taken)]() mutable { c(); }}.detach();
        return true;
    }

private:
    // Held from the start of a call to the end of its thread.
    class place {
    public:
        explicit place(detached_calls& of) noexcept : of_{&of} {
            if (of.running_.fetch_add(1) < of.most_) return;
            of.running_.fetch_sub(1);
            of_ = nullptr;
        }
        place(place&& other) noexcept : of_{std::exchange(other.of_, nullptr)} {}
        place(const place&) = delete;
        place& operator=(const place&) = delete;
        place& operator=(place&&) = delete;
        ~place() {
            if (of_ != nullptr) of_->running_.fetch_sub(1);
        }
        explicit operator bool() const noexcept { return of_ != nullptr; }

    private:
        detached_calls* of_;
    };

    // The application's signal handlers expect the application's threads.
    class signals_blocked {
    public:
        signals_blocked() noexcept {
            sigset_t all;
            sigfillset(&all);
            pthread_sigmask(SIG_SETMASK, &all, &before_);
        }
        ~signals_blocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
        signals_blocked(const signals_blocked&) = delete;
        signals_blocked& operator=(const signals_blocked&) = delete;

    private:
        sigset_t before_{};
    };

    std::atomic<std::size_t> running_{0};
    std::size_t most_;
};

/// What such a call and whoever waits for it share; either may be gone before the other.
template <class T>
class pending_answer {
public:
    /// On the call's thread: keeps what `f` gives or throws.
    template <class F>
    void run(F&& f) noexcept {
        std::optional<T> given;
        std::exception_ptr failure;
        try {
            given.emplace(f());
        } catch (...) {
            failure = std::current_exception();
        }
        const std::lock_guard lock{mutex_};
        given_ = std::move(given);
        failure_ = std::move(failure);
        over_ = true;
        change_.notify_one();
    }
    /// False: it is not over at the deadline, or when a stop is asked for.
    bool wait(std::chrono::steady_clock::time_point deadline, const std::stop_token& stop) {
        std::unique_lock lock{mutex_};
        const auto over = [this] { return over_; };
        if (deadline == std::chrono::steady_clock::time_point::max()) return change_.wait(lock, stop, over);
        return change_.wait_until(lock, stop, deadline, over);
    }
    bool over() const {
        const std::lock_guard lock{mutex_};
        return over_;
    }
    /// Once it is over. Throws what the call threw.
    T take() {
        const std::lock_guard lock{mutex_};
        if (failure_) std::rethrow_exception(failure_);
        return *std::move(given_);
    }

private:
    mutable std::mutex mutex_;
    std::condition_variable_any change_;
    std::optional<T> given_;
    std::exception_ptr failure_;
    bool over_ = false;
};

/// Where the drivers ask credential providers that may wait.
inline detached_calls credential_calls{256};

}  // namespace howdah::net
