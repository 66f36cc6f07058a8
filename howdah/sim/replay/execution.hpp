#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "howdah/base/bytes.hpp"
#include "howdah/sim/replay/copy_comparison.hpp"
#include "howdah/sim/replay/replayer.hpp"
#include "howdah/sim/replay/result_player.hpp"

namespace howdah::sim {

/// One statement that is being answered: a portal, or a simple Query.
class execution {
public:
    enum class shape : std::uint8_t {
        query,   // each result's columns are described
        portal,  // they were described, or need not be
    };
    enum class progress : std::uint8_t {
        more,       // `room` is full: call again
        copying,    // the client is to send data
        suspended,  // the portal has given as many rows as were wanted
        done,
        failed,  // what is left is the answer's error
        beyond,  // see result_player
    };

    /// `given` has an answer, or the statement is modelled.
    execution(const cassette& from, std::shared_ptr<const known_statement> statement, found_answer given, shape how,
              std::vector<format> formats);

    const known_statement& statement() const noexcept { return *statement_; }
    const answer& given() const noexcept { return given_.what != nullptr ? *given_.what : modelled_; }
    bool over() const noexcept { return over_; }
    /// The next Execute; 0: all rows.
    void begin_part(std::uint32_t row_limit) noexcept;
    /// The tag of what ends next, in place of the recorded one.
    void set_tag(std::string tag) { tag_ = std::move(tag); }
    /// Throws error (cassette_errc, and those of append_value).
    progress play(bytes& out, std::size_t room);

    // While it copies in.
    copy_comparison& comparison() noexcept { return *comparison_; }
    const recorded_copy& copy() const noexcept { return *player_->result().copy; }
    void copied() noexcept { comparison_.reset(); }

private:
    void open_result(bytes& out);
    void complete(bytes& out) const;
    std::string tag() const;

    const cassette* from_;
    std::shared_ptr<const known_statement> statement_;
    found_answer given_;
    answer modelled_;
    shape how_;
    std::vector<format> formats_;
    std::size_t result_ = 0;
    std::uint32_t row_limit_ = 0;
    std::optional<result_player> player_;
    std::optional<copy_comparison> comparison_;
    std::string tag_;
    bool begun_ = false, over_ = false;
};

}  // namespace howdah::sim
