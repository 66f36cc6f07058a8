#include "howdah/sql/copy_row_writer.hpp"

#include <algorithm>

#include "howdah/base/errc.hpp"
#include "howdah/types/codec.hpp"

namespace howdah::copy_binary {
namespace {

constexpr std::size_t first_capacity = std::size_t{80} << 10, most_kept = std::size_t{256} << 10;

}  // namespace

void row_buffer::clear() noexcept {
    size_ = 0;
    if (capacity_ <= most_kept) return;  // one large value is no reason to keep its room
    memory_.reset();
    capacity_ = 0;
}

void row_writer::grow(std::size_t n) {
    const auto used = static_cast<std::size_t>(at_ - to_.memory_.get());
    const auto capacity = std::max({used + n, to_.capacity_ * 2, first_capacity});
    auto memory = std::make_unique_for_overwrite<std::byte[]>(capacity);  // NOLINT(modernize-avoid-c-arrays)
    if (used != 0) std::memcpy(memory.get(), to_.memory_.get(), used);
    to_.memory_ = std::move(memory);
    to_.capacity_ = capacity;
    at_ = to_.memory_.get() + used;
    end_ = to_.memory_.get() + capacity;
}

void row_writer::field(bytes_view whole) {
    auto* const at = room(whole.size());
    if (!whole.empty()) std::memcpy(at, whole.data(), whole.size());
}

std::error_code row_writer::long_text(std::string_view content) {
    if (content.size() > types::largest_value) return errc::message_too_large;
    if (content.find('\0') != std::string_view::npos) return errc::invalid_encoding;
    length(static_cast<std::int32_t>(content.size()));
    auto* const at = room(content.size());
    std::memcpy(at, content.data(), content.size());
    return {};
}

}  // namespace howdah::copy_binary
