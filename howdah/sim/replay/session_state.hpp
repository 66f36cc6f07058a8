#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "howdah/sim/replay/statement_effect.hpp"
#include "howdah/wire/backend.hpp"

namespace howdah::sim {

/// Names of run-time parameters, whose case does not count.
struct parameter_order {
    using is_transparent = void;
    bool operator()(std::string_view a, std::string_view b) const noexcept;
};
using session_parameters = std::map<std::string, std::string, parameter_order>;

/// What a server knows of a session beside its prepared statements: the transaction's status, and the parameters that
/// it reports. Knows what a rollback takes back.
class session_state {
public:
    explicit session_state(session_parameters reported);

    wire::transaction_status status() const noexcept { return status_; }
    bool failed() const noexcept { return status_ == wire::transaction_status::failed; }
    const session_parameters& parameters() const noexcept { return *now_; }

    /// A statement has failed.
    void fail() noexcept;
    /// A statement has been done.
    void apply(const statement_effect& effect);
    /// What a script of several statements left, by the recording.
    void set_status(wire::transaction_status status);
    /// A ParameterStatus has been sent.
    void report(std::string_view name, std::string_view value);

    /// Parameters that apply() has changed: what the server would report now. Then forgets them.
    std::vector<std::string> take_changes();

private:
    using snapshot = std::shared_ptr<const session_parameters>;
    struct savepoint {
        std::string name;  // empty: the transaction's beginning
        snapshot parameters;
    };

    void begin();
    void end();
    void restore(const snapshot& before);
    void change(std::string_view name, const std::string& value);
    std::vector<savepoint>::iterator find(std::string_view name);

    wire::transaction_status status_ = wire::transaction_status::idle;
    snapshot now_, initial_;
    snapshot behind_locals_;  // what is so again at the transaction's end, where SET LOCAL was used
    std::vector<savepoint> savepoints_;
    std::vector<std::string> changes_;
};

}  // namespace howdah::sim
