#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <utility>

#include "howdah/base/bytes.hpp"

namespace howdah::net {

/// Bytes on their way: written at the end, taken from the front.
class byte_queue {
public:
    bytes_view view() const noexcept { return {data_.get() + begin_, end_ - begin_}; }
    bool empty() const noexcept { return begin_ == end_; }

    /// Room for at least `n` bytes behind the last; earlier views and spans die.
    std::span<std::byte> space(std::size_t n) {
        if (size_ - end_ < n) make_room(n);
        return {data_.get() + end_, size_ - end_};
    }
    void commit(std::size_t n) noexcept { end_ += n; }

    void append(bytes_view in) {
        if (in.empty()) return;
        std::memcpy(space(in.size()).data(), in.data(), in.size());
        commit(in.size());
    }

    void take(std::size_t n) noexcept {
        begin_ += n;
        if (begin_ != end_) return;
        begin_ = end_ = 0;
        if (size_ <= kept_when_empty) return;
        data_.reset();
        size_ = 0;
    }

private:
    static constexpr std::size_t kept_when_empty = std::size_t{1} << 20;  // one large answer must not stay for ever

    void make_room(std::size_t n) {
        const std::size_t used = end_ - begin_;
        // In place only if that frees half: a long queue that drains slowly would be moved again and again.
        if (used + n <= size_ && begin_ >= size_ / 2) {
            std::memmove(data_.get(), data_.get() + begin_, used);
        } else {
            const std::size_t size = std::max(used + n, 2 * size_);
            auto larger = std::make_unique_for_overwrite<std::byte[]>(size);
            if (used > 0) std::memcpy(larger.get(), data_.get() + begin_, used);
            data_ = std::move(larger);
            size_ = size;
        }
        begin_ = 0;
        end_ = used;
    }

    std::unique_ptr<std::byte[]> data_;
    std::size_t size_ = 0, begin_ = 0, end_ = 0;
};

}  // namespace howdah::net
