#include "howdah/ops/detail/periodic.hpp"

#include <utility>

namespace howdah::ops {

periodic::periodic(std::chrono::milliseconds every, std::function<void(const std::stop_token&)> f)
    : thread_{[this, every, call = std::move(f)](const std::stop_token& stop) {
          std::unique_lock lock{mutex_};
          while (!stop.stop_requested()) {
              lock.unlock();
              call(stop);
              lock.lock();
              stopped_.wait_for(lock, stop, every, [] { return false; });
          }
      }} {}

}  // namespace howdah::ops
