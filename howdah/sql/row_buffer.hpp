#pragma once

#include <cstddef>
#include <memory>
#include <utility>

#include "howdah/base/bytes.hpp"

namespace howdah {

/// What rows are written into, field by field; unlike bytes it gives room first, and is told afterwards how much of it
/// was used.
class row_buffer {
public:
    row_buffer() = default;
    row_buffer(row_buffer&& other) noexcept
        : memory_{std::move(other.memory_)},
          size_{std::exchange(other.size_, 0)},
          capacity_{std::exchange(other.capacity_, 0)} {}
    row_buffer& operator=(row_buffer&& other) noexcept {
        memory_.swap(other.memory_);
        std::swap(size_, other.size_);
        std::swap(capacity_, other.capacity_);
        return *this;
    }
    ~row_buffer() = default;

    bytes_view written() const noexcept { return {memory_.get(), size_}; }
    std::size_t size() const noexcept { return size_; }

    /// Room for `n` bytes behind what is written.
    std::byte* room(std::size_t n) {
        if (capacity_ - size_ < n) [[unlikely]]
            grow(n);
        return memory_.get() + size_;
    }
    /// The room up to `end` was used.
    void keep(const std::byte* end) noexcept { size_ = static_cast<std::size_t>(end - memory_.get()); }
    void add(bytes_view part);
    /// Takes back what was written behind the first `size` bytes.
    void cut(std::size_t size) noexcept { size_ = size; }
    void clear() noexcept;

private:
    void grow(std::size_t n);

    std::unique_ptr<std::byte[]> memory_;  // NOLINT(modernize-avoid-c-arrays,cppcoreguidelines-avoid-c-arrays)
    std::size_t size_ = 0, capacity_ = 0;
};

}  // namespace howdah
