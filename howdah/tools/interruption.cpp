#include "howdah/tools/interruption.hpp"

#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "howdah/base/error.hpp"

namespace howdah::tools {

interruption::interruption() {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) throw std::system_error{errno, std::system_category(), "making a pipe"};
    heard_.reset(ends[0]);
    told_.reset(ends[1]);
    sigemptyset(&signals_);
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals_, number);
    pthread_sigmask(SIG_BLOCK, &signals_, &before_);
    watcher_ = std::thread{[this] { watch(); }};
}

interruption::~interruption() {
    over_ = true;
    pthread_kill(watcher_.native_handle(), SIGHUP);
    watcher_.join();
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

// A thread of its own, as nothing that stops a call may be done in a signal's handler.
void interruption::watch() {
    for (int number = 0; sigwait(&signals_, &number) == 0 && !over_;) {
        if (source_.stop_requested()) {
            std::signal(number, SIG_DFL);
            pthread_sigmask(SIG_UNBLOCK, &signals_, nullptr);
            ::raise(number);
        }
        source_.request_stop();
        told_.reset();  // its reader is at the end
    }
}

void interruption::wait_for(int descriptor, short events) const {
    std::array<pollfd, 2> waiting{pollfd{.fd = descriptor, .events = events, .revents = 0},
                                  pollfd{.fd = heard_.get(), .events = POLLIN, .revents = 0}};
    while (::poll(waiting.data(), waiting.size(), -1) < 0)
        if (errno != EINTR) throw std::system_error{errno, std::system_category(), "waiting for input or output"};
    if (asked_for()) throw error{errc::cancelled, "interrupted"};
}

}  // namespace howdah::tools
