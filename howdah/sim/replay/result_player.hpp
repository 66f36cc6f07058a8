#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "howdah/base/bytes.hpp"
#include "howdah/sim/cassette.hpp"
#include "howdah/sim/interaction.hpp"

namespace howdah::sim {

/// The rows of a recorded result one after another, without a copy where they are in memory.
class row_source {
public:
    row_source(const cassette& from, const recorded_rows& rows);

    /// nullptr behind the last. Throws error (cassette_errc).
    const recorded_row* next();

private:
    const recorded_rows* rows_;
    std::size_t at_ = 0;
    std::optional<row_reader> reader_;  // of those in a file
    recorded_row read_;
};

/// Writes one recorded result as a server sends it, a part at a time. Keep the result and the cassette alive.
class result_player {
public:
    enum class progress : std::uint8_t {
        more,       // `room` is full: call again
        suspended,  // as many rows as the client wanted
        ended,      // nothing is left but its CommandComplete, or what stands for that
        beyond,     // the client wants more rows than the recording had a client take
    };

    result_player(const cassette& from, const recorded_result& result, std::vector<format> formats);

    const recorded_result& result() const noexcept { return *result_; }
    /// RowDescription, for who has not described the portal.
    void describe(bytes& out) const;
    /// A part begins: the next `limit` rows; 0: all.
    void begin_part(std::uint32_t limit) noexcept;
    /// Adds rows, or what COPY sends out, until `out` has `room` bytes or the part ends. Throws error (cassette_errc, and
    /// those of append_row).
    progress play(bytes& out, std::size_t room);
    /// In this part.
    std::uint64_t rows_in_part() const noexcept { return in_part_; }
    bool in_parts() const noexcept { return in_parts_; }

private:
    progress play_rows(bytes& out, std::size_t room);
    progress play_copy(bytes& out, std::size_t room);

    const recorded_result* result_;
    std::vector<format> formats_;
    row_source rows_, copied_;
    std::uint64_t limit_ = 0, in_part_ = 0;
    bool in_parts_ = false;
    bool copy_begun_ = false;
};

/// CopyInResponse or CopyOutResponse.
void append_copy_response(const recorded_copy& copy, bytes& out);

}  // namespace howdah::sim
