#pragma once

#include <cstddef>

namespace howdah::core {
class operation;
}

namespace howdah::async {

class connection_core;

/// The coroutine that waits for an operation; lives beside it, in the caller's frame. Asio's handler type stays behind
/// an opaque storage, so that public headers need no more of Asio than awaitable.
class waiter {
public:
    waiter() = default;
    waiter(const waiter&) = delete;
    waiter& operator=(const waiter&) = delete;
    ~waiter();

private:
    friend class connection_core;
    friend struct waiting;

    static constexpr std::size_t handler_size = 64;
    bool engaged_ = false;
    alignas(std::max_align_t) std::byte storage_[handler_size];
};

}  // namespace howdah::async
