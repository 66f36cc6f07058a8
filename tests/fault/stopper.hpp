#pragma once

#include <atomic>
#include <stop_token>
#include <thread>
#include <utility>

#include "fault_driver.hpp"
#include "howdah/testing/polling.hpp"

namespace howdah::test {

/// Asks to stop once `now()` says so.
class stopper {
public:
    template <class Condition>
    explicit stopper(Condition now)
        : thread_{[this, now = std::move(now)] {
              happened_ = testing::poll_until(testing::from_now(call_limit), now);
              source_.request_stop();
          }} {}
    ~stopper() { thread_.join(); }
    stopper(const stopper&) = delete;
    stopper& operator=(const stopper&) = delete;

    std::stop_token token() const { return source_.get_token(); }
    bool happened() const { return happened_; }

private:
    std::stop_source source_;
    std::atomic<bool> happened_ = false;
    std::thread thread_;
};

}  // namespace howdah::test
