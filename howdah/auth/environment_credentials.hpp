#pragma once

#include <string>

#include "howdah/config/credential_provider.hpp"

namespace howdah {

/// What an environment variable holds at each connect. PGPASSWORD without any provider is read once, by
/// parse_conninfo(). As everywhere, no other thread may change the environment meanwhile.
class environment_credentials final : public credential_provider {
public:
    explicit environment_credentials(std::string variable = "PGPASSWORD");

    /// Throws error (no_credentials) if the variable is not set.
    secret_string password(const credential_request& request) override;
    enum answers answers() const noexcept override { return answers::at_once; }

private:
    std::string variable_;
};

}  // namespace howdah
