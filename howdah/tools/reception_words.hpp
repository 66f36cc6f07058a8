#pragma once

#include <CLI/App.hpp>
#include <string>

#include "howdah/sim/reception/reception.hpp"

namespace howdah::tools {

/// How clients log in to a recorder or to a replay, as the command line says it.
class reception_words {
public:
    enum class methods { of_a_replay, of_a_recorder };  // which can pass a login through to its server

    void add_to(CLI::App& command, methods which);
    /// Throws CLI::ValidationError; error, where a file can't be used.
    sim::reception_options options() const;
    bool trusts() const { return auth_ == "trust"; }

private:
    std::string auth_ = "trust", users_, certificate_, key_;
    bool requires_tls_ = false;
};

}  // namespace howdah::tools
