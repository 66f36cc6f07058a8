#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "bench/floor/connection.hpp"

namespace bench::floor {

/// All bytes of a result in one growing mapping, and the offset of each row.
class received_rows {
public:
    /// Reads up to ReadyForQuery.
    explicit received_rows(connection& c);
    received_rows(const received_rows&) = delete;
    received_rows& operator=(const received_rows&) = delete;
    ~received_rows();

    std::size_t size() const noexcept { return rows_.size(); }
    point_row operator[](std::size_t i) const noexcept { return {memory_ + rows_[i]}; }

private:
    void grow();
    /// Takes whole messages from `at` on; true at ReadyForQuery.
    bool index(std::size_t& at);

    std::size_t capacity_ = std::size_t{1} << 20, end_ = 0;
    char* memory_;
    std::vector<std::uint32_t> rows_;
};

}  // namespace bench::floor
