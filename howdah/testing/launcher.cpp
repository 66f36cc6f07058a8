#include "howdah/testing/launcher.hpp"

#include <unistd.h>

#include <condition_variable>
#include <csignal>
#include <deque>
#include <exception>
#include <future>
#include <mutex>
#include <thread>

namespace howdah::testing {
namespace {

class launcher {
public:
    launcher() {
        // Signals are the program's business: this thread takes none of them.
        sigset_t all, before;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        std::thread{[this] { work(); }}.detach();
        pthread_sigmask(SIG_SETMASK, &before, nullptr);
    }

    pid_t run(const std::function<pid_t()>& task) {
        std::packaged_task<pid_t()> packaged{task};
        auto answer = packaged.get_future();
        {
            const std::lock_guard lock{mutex_};
            tasks_.push_back(std::move(packaged));
        }
        arrived_.notify_one();
        return answer.get();
    }

    // A forked child has this object, and not its thread.
    bool is_of_this_process() const noexcept { return process_ == ::getpid(); }

private:
    [[noreturn]] void work() {
        while (true) {
            std::unique_lock lock{mutex_};
            arrived_.wait(lock, [&] { return !tasks_.empty(); });
            auto task = std::move(tasks_.front());
            tasks_.pop_front();
            lock.unlock();
            task();
        }
    }

    const pid_t process_ = ::getpid();
    std::mutex mutex_;
    std::condition_variable arrived_;
    std::deque<std::packaged_task<pid_t()>> tasks_;
};

}  // namespace

pid_t on_lasting_thread(const std::function<pid_t()>& task) {
    static std::mutex mutex;
    static launcher* current = nullptr;  // never destroyed: its thread waits in it until the process ends
    launcher* chosen = nullptr;
    {
        const std::lock_guard lock{mutex};
        if (current == nullptr || !current->is_of_this_process()) current = new launcher;
        chosen = current;
    }
    return chosen->run(task);
}

}  // namespace howdah::testing
