#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "howdah/core/pipeline.hpp"
#include "howdah/core/wal_position.hpp"
#include "howdah/types/types.hpp"

namespace howdah::clustering {

/// What a session asks beside a statement, in the same round trip.
enum class session_question : std::uint8_t {
    none,
    replayed,  // in front: whether the replica has replayed what the session must see
    position,  // behind: where the primary's log stands now
};

/// Arguments that somebody else keeps, because the call may be run again.
template <class Parameters>
struct borrowed_parameters {
    const Parameters* of;
    auto views() const noexcept { return of->views(); }
};

/// A session's statement with its question, as a pipeline of two transactions.
class session_steps {
public:
    /// `past` is for `replayed`.
    session_steps(session_question what, const wal_position& past);
    session_steps(const session_steps&) = delete;
    session_steps& operator=(const session_steps&) = delete;

    /// The statement. The sink lives as long as this.
    template <class Sink, class Parameters, class... Setup>
    Sink& add(const statement_text& text, const Parameters& values, const Setup&... setup) {
        using step = core::typed_step<Sink, borrowed_parameters<Parameters>>;
        auto& made = steps_.add<step>(text, borrowed_parameters<Parameters>{&values}, setup...);
        statement_ = &made;
        ask_behind();
        return made.sink();
    }
    /// To be run; it refers to this.
    core::pipeline_call& call() { return call_.emplace(steps_, syncs_); }
    /// Once it has run. Throws the statement's failure, or not_replayed_there(). Gives the position, where it was asked
    /// for and is known.
    std::optional<wal_position> conclude();

private:
    using position_step = core::typed_step<core::one_row<core::wal_position_row>, parameters<>>;
    using replayed_step = core::typed_step<core::one_row<bool>, parameters<lsn>>;

    void ask_behind();

    session_question what_;
    core::step_list steps_;
    std::vector<std::size_t> syncs_;
    core::step* statement_ = nullptr;
    replayed_step* replayed_ = nullptr;
    position_step* position_ = nullptr;
    std::optional<core::pipeline_call> call_;
};

}  // namespace howdah::clustering
