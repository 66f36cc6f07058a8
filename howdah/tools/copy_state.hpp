#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "howdah/testing/descriptor.hpp"

namespace howdah::tools {

/// How much of a file is stored: its first `bytes` bytes, whose SHA-256 is `sum`.
struct copy_position {
    std::uint64_t bytes = 0, rows = 0, lines = 0;
    std::string sum;
};

/// What a copy in chunks has to know to go on after whatever ended it. A chunk's transaction is written down, with
/// where it would lead to, before its COMMIT is sent: if the file still says so later, the server is asked what became
/// of that transaction. So no row is stored twice, and none is left out.
struct copy_state {
    std::string statement, database;  // what it is a copy to
    copy_position stored;
    std::optional<std::uint64_t> transaction;
    copy_position after_transaction;
};

/// The file of a copy_state, held by one process at a time.
class copy_state_file {
public:
    /// Throws if another process has it.
    explicit copy_state_file(std::string path);

    /// nullopt: there is none yet. Throws for what is no state.
    std::optional<copy_state> read() const;
    void write(const copy_state& state) const;

private:
    std::string path_;
    testing::file_lock lock_;
};

}  // namespace howdah::tools
