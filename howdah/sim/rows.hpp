#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "howdah/sim/interaction.hpp"

namespace howdah::sim {

class cassette;
class cassette_writer;

/// Takes the rows of a result, or COPY data, one by one. What is large goes to a file of its own as it comes, compressed.
class row_writer {
public:
    /// `to` outlives it.
    explicit row_writer(cassette_writer& to);
    row_writer(row_writer&&) noexcept;
    row_writer& operator=(row_writer&&) noexcept;
    ~row_writer();

    /// Throws error (not_writable).
    void add(recorded_row row);
    /// The last call.
    recorded_rows finish();

private:
    struct content;
    std::unique_ptr<content> content_;
};

/// Reads them again, one by one, wherever they are. Bounded in memory by the longest row. Keep `rows` and the cassette alive.
class row_reader {
public:
    row_reader(const cassette& from, const recorded_rows& rows);
    row_reader(row_reader&&) noexcept;
    row_reader& operator=(row_reader&&) noexcept;
    ~row_reader();

    /// False behind the last. Throws error (cassette_errc): what the file holds is checked when its end is reached.
    bool next(recorded_row& out);

private:
    struct content;
    std::unique_ptr<content> content_;
};

}  // namespace howdah::sim
