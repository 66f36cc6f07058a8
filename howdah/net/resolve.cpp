#include "howdah/net/resolve.hpp"

#include <netdb.h>
#include <signal.h>

#include <atomic>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "howdah/base/error.hpp"

namespace howdah::net {
namespace {

error not_found(const endpoint& host, const found_addresses& answer) {
    const std::string reason = answer.status == EAI_SYSTEM ? std::generic_category().message(answer.system_error)
                                                           : gai_strerror(answer.status);
    const bool passing = answer.status == EAI_AGAIN || answer.status == EAI_SYSTEM;
    std::string words = "host \"" + host.host + "\" does not resolve: " + reason;
    words += passing ? "; the name servers of this machine did not answer: check its network and /etc/resolv.conf"
                     : "; check its spelling, and that this machine's DNS or /etc/hosts knows it";
    error out{errc::host_not_found, std::move(words)};
    out.at(phase::resolve).from_host(host.to_string());
    return out;
}

error late(const endpoint& host) {
    error out{errc::timed_out, "host \"" + host.host +
                                   "\" was not resolved in time; are the name servers of this machine "
                                   "reachable? hostaddr=ADDRESS saves the look-up"};
    out.at(phase::resolve).from_host(host.to_string());
    return out;
}

error too_many(const endpoint& host) {
    error out{errc::host_not_found, "host \"" + host.host + "\" was not looked up: " + std::to_string(max_lookups) +
                                        " look-ups are waiting for name servers already"};
    out.at(phase::resolve).from_host(host.to_string());
    return out;
}

// What needs no name server.
std::optional<std::vector<address>> without_lookup(const endpoint& host) {
    if (host.is_unix_socket()) return std::vector<address>{unix_address(host.host, host.port)};
    if (host.host.empty() && host.hostaddr.empty())
        throw error{errc::invalid_option, "no host is given: set host to a name, an address or a socket's folder"};
    const bool has_address = !host.hostaddr.empty();
    if (auto number = numeric_address(has_address ? host.hostaddr : host.host, host.port))
        return std::vector<address>{*std::move(number)};
    if (has_address)
        throw error{errc::invalid_option,
                    "hostaddr \"" + host.hostaddr + "\" is not an IPv4 or IPv6 address; names belong into host"};
    return std::nullopt;
}

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

// Counts a look-up from its start to the end of its thread.
class lookup_place {
public:
    static std::shared_ptr<lookup_place> take() {
        if (running.fetch_add(1) < max_lookups) return std::make_shared<lookup_place>();
        running.fetch_sub(1);
        return nullptr;
    }
    lookup_place() = default;
    ~lookup_place() { running.fetch_sub(1); }
    lookup_place(const lookup_place&) = delete;
    lookup_place& operator=(const lookup_place&) = delete;

private:
    static inline std::atomic<std::size_t> running{0};
};

// What a look-up's thread and its caller share: the caller may be gone before there is an answer.
class pending_lookup {
public:
    void run(const endpoint& host, lookup by) noexcept {
        std::vector<address> found;
        std::exception_ptr failure;
        try {
            found = by(host);
        } catch (...) {
            failure = std::current_exception();
        }
        const std::lock_guard lock{mutex_};
        found_ = std::move(found);
        failure_ = std::move(failure);
        over_ = true;
        change_.notify_one();
    }
    /// False: it is not over at the deadline, or when a stop is asked for.
    bool wait(time_point deadline, const std::stop_token& stop) {
        std::unique_lock lock{mutex_};
        const auto over = [this] { return over_; };
        if (deadline == no_deadline) return change_.wait(lock, stop, over);
        return change_.wait_until(lock, stop, deadline, over);
    }
    std::vector<address> take() {
        const std::lock_guard lock{mutex_};
        if (failure_) std::rethrow_exception(failure_);
        return std::move(found_);
    }

private:
    std::mutex mutex_;
    std::condition_variable_any change_;
    std::vector<address> found_;
    std::exception_ptr failure_;
    bool over_ = false;
};

std::shared_ptr<pending_lookup> start(const endpoint& host, lookup by) {
    auto place = lookup_place::take();
    if (!place) throw too_many(host);
    auto answer = std::make_shared<pending_lookup>();
    const signals_blocked for_the_thread;
    std::thread{[answer, host, by, p = std::move(place)] { answer->run(host, by); }}.detach();
    return answer;
}

error stopped(const endpoint& host) {
    error out{errc::cancelled, "looking up the host \"" + host.host + "\" was asked to stop"};
    out.at(phase::resolve).from_host(host.to_string());
    return out;
}

}  // namespace

std::vector<address> resolve_now(const endpoint& host) {
    if (auto known = without_lookup(host)) return *std::move(known);
    auto answer = look_up(host.host, host.port, name_or_number::either);
    if (answer.status != 0) throw not_found(host, answer);
    return std::move(answer.addresses);
}

std::vector<address> resolve(const endpoint& host, time_point deadline, const std::stop_token& stop, lookup by) {
    if (auto known = without_lookup(host)) return *std::move(known);
    if (std::chrono::steady_clock::now() >= deadline) throw late(host);
    const auto answer = start(host, by);
    if (!answer->wait(deadline, stop)) throw stop.stop_requested() ? stopped(host) : late(host);
    return answer->take();
}

}  // namespace howdah::net
