#include "howdah/auth/environment_credentials.hpp"

#include <cstdlib>
#include <utility>

#include "howdah/base/error.hpp"

namespace howdah {

environment_credentials::environment_credentials(std::string variable) : variable_{std::move(variable)} {}

secret_string environment_credentials::password(const credential_request&) {
    const char* value = std::getenv(variable_.c_str());
    if (value == nullptr)
        throw error{errc::no_credentials,
                    "the environment variable " + variable_ + " is not set; it holds the password"};
    return secret_string{value};
}

}  // namespace howdah
