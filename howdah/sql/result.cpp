#include "howdah/sql/result.hpp"

#include <algorithm>
#include <cstdlib>
#include <new>
#include <string>

#include "howdah/base/reader.hpp"
#include "howdah/sql/data_row.hpp"

namespace howdah {

void row_view::throw_no_column(std::size_t position) const {
    throw error{errc::column_not_found,
                "no column number " + std::to_string(position + 1) + ": the row has " + std::to_string(columns_.size()),
                fate::executed};
}

field_view row_view::operator[](std::string_view name) const {
    const auto position = find_column(columns_, name);
    if (!position) throw column_name_error(columns_, name, "row");
    return (*this)[*position];
}

void result::release::operator()(std::byte* p) const noexcept { std::free(p); }

std::error_code result::append_rows(bytes_view frames, std::uint32_t count) {
    if (used_ + frames.size() > most_bytes) return errc::result_too_large;
    if (used_ + frames.size() > capacity_) {
        const auto wanted = std::max({used_ + frames.size(), capacity_ * 2, std::size_t{256}});
        auto* grown = static_cast<std::byte*>(std::realloc(rows_.get(), wanted));
        if (grown == nullptr) throw std::bad_alloc{};
        (void)rows_.release();
        rows_.reset(grown);
        capacity_ = wanted;
    }
    auto* at = rows_.get() + used_;
    std::memcpy(at, frames.data(), frames.size());
    used_ += frames.size();
    if (offsets_.capacity() < offsets_.size() + count)
        offsets_.reserve(std::max(offsets_.size() + count, offsets_.capacity() * 2));
    const auto width = columns().size();
    const auto known = offsets_.size();
    offsets_.resize(known + count);
    for (auto& offset : std::span{offsets_}.subspan(known)) {
        const auto row = data_row::split(at);
        if (!data_row::sound(row.body, width)) {
            offsets_.resize(known);
            return errc::protocol_violation;
        }
        offset = static_cast<std::uint32_t>(row.body.data() - rows_.get());
        at += row.size;
    }
    return {};
}

void result::clear() noexcept {
    rows_.reset();
    used_ = capacity_ = 0;
    offsets_.clear();
    offsets_.shrink_to_fit();
}

}  // namespace howdah
