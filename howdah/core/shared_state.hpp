#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "howdah/base/secret_string.hpp"
#include "howdah/core/shared_facts.hpp"
#include "howdah/net/tls_contexts.hpp"
#include "howdah/sql/type_catalog.hpp"
#include "howdah/wire/scram.hpp"

namespace howdah::core {

/// The password that last worked, a host: what to fall back on while a provider knows a new one before its server does.
/// For any thread.
class proven_passwords {
public:
    std::optional<secret_string> find(const std::string& host) const;
    void keep(const std::string& host, const secret_string& password);
    /// It works no more.
    void forget(const std::string& host, const secret_string& password);

private:
    mutable std::mutex mutex_;
    std::map<std::string, secret_string> by_host_;  // the hosts of one configuration
};

/// What the connections of one configuration have in common. A pool makes one; a connection that is given none makes its
/// own. All of it may be used by any number of threads, executors and both drivers at a time; it lives as long as the
/// last connection that has it. It belongs to one database and one user: do not share it among configurations.
struct shared_state {
    std::shared_ptr<type_catalog> types = std::make_shared<type_catalog>();
    std::shared_ptr<shared_facts> facts = std::make_shared<shared_facts>();
    net::tls_contexts tls;       // read once, and again when a file changes
    wire::scram_cache scram;     // a further connect skips PBKDF2, nearly all of its cost
    proven_passwords passwords;  // only where a credential provider is asked
};

}  // namespace howdah::core
