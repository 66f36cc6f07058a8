#pragma once

#include <string>

#include "howdah/auth/rds_token.hpp"
#include "howdah/config/conninfo.hpp"

namespace howdah {

/// Where AWS's own tools look for a profile, as they are now: nothing is kept.
struct aws_surroundings {
    std::string profile;               // empty: AWS_PROFILE, or "default"
    environment_lookup environment{};  // empty: the process's
};

/// The keys of AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, unless a profile is named; else those of
/// the profile in AWS_SHARED_CREDENTIALS_FILE (~/.aws/credentials) or AWS_CONFIG_FILE (~/.aws/config).
/// What has to be asked of a service (SSO, roles, instance metadata) is not; see rds_credentials::refresh_keys_by.
/// Throws error (no_credentials) that says where was looked.
aws_keys find_aws_keys(const aws_surroundings& where);

/// AWS_REGION, AWS_DEFAULT_REGION or the profile's `region`. Throws error (no_credentials).
std::string find_aws_region(const aws_surroundings& where);

}  // namespace howdah
