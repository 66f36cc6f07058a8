#include "howdah/sql/row_buffer.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace howdah {
namespace {

constexpr std::size_t first_capacity = std::size_t{8} << 10, most_kept = std::size_t{256} << 10;

}  // namespace

void row_buffer::clear() noexcept {
    size_ = 0;
    if (capacity_ <= most_kept) return;  // one large value is no reason to keep its room
    memory_.reset();
    capacity_ = 0;
}

void row_buffer::grow(std::size_t n) {
    const auto capacity = std::max({size_ + n, capacity_ * 2, first_capacity});
    auto memory = std::make_unique_for_overwrite<std::byte[]>(capacity);  // NOLINT(modernize-avoid-c-arrays)
    if (size_ != 0) std::memcpy(memory.get(), memory_.get(), size_);
    memory_ = std::move(memory);
    capacity_ = capacity;
}

void row_buffer::add(bytes_view part) {
    auto* const at = room(part.size());
    if (!part.empty()) std::memcpy(at, part.data(), part.size());
    size_ += part.size();
}

}  // namespace howdah
