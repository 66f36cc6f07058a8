#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "howdah/async/awaitable.hpp"
#include "howdah/async/dial.hpp"
#include "howdah/sim/reception/reception.hpp"
#include "howdah/sim/reception/stream.hpp"

namespace howdah::sim {

/// Where a recorder's clients are brought to: a connection string. What it says of user, password and database holds for
/// all clients; what it does not say is each client's own.
class upstream {
public:
    /// Throws error (invalid_conninfo and those of connection_config::validate).
    explicit upstream(std::string_view dsn);

    /// A connection that the library has opened, up to its first ReadyForQuery.
    struct connection {
        server_stream stream;
        std::vector<std::pair<std::string, std::string>> parameters;  // ParameterStatus
        core::connected_to to;                                        // for cancelling
    };
    /// As this client, with its startup parameters. `known`: the client's password, if there is one.
    /// Throws error; the server's own word has server().
    awaitable<connection> connect(const introduction& client, const secret_string* known);

private:
    std::shared_ptr<connection_config> config_for(const introduction& client, const secret_string* known) const;

    connection_config config_;
    bool names_user_ = false, names_database_ = false;
    std::map<std::string, std::shared_ptr<core::shared_state>> shared_;  // by user: a user's salted password
};

}  // namespace howdah::sim
