#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

namespace howdah::ops {

/// Calls `f` now and then, on a thread of its own, until it goes: then `f` is asked to stop, and waited for.
class periodic {
public:
    /// `f` throws nothing.
    periodic(std::chrono::milliseconds every, std::function<void(const std::stop_token&)> f);
    periodic(const periodic&) = delete;
    periodic& operator=(const periodic&) = delete;
    ~periodic() = default;

private:
    std::mutex mutex_;
    std::condition_variable_any stopped_;
    std::jthread thread_;  // the last to be made, the first to go
};

}  // namespace howdah::ops
