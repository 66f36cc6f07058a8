#pragma once

#include <string>

#include "howdah/auth/changes.hpp"
#include "howdah/config/credential_provider.hpp"

namespace howdah {

/// What a passfile says at each connect, by libpq's rules for lines and permissions. Without any provider the passfile
/// is read once, by parse_conninfo().
class passfile_credentials final : public credential_provider {
public:
    /// Empty: PGPASSFILE, or .pgpass in the home folder.
    explicit passfile_credentials(std::string path = {});

    /// Empty if no line fits. Throws error (no_credentials) if the file is not there or may not be used.
    secret_string password(const credential_request& request) override;
    /// Grows when a connect has found another password than the one before.
    std::uint64_t version() const noexcept override { return changes_.count(); }

private:
    std::string path_;
    auth::changes changes_;
};

}  // namespace howdah
