#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "howdah/base/secret_string.hpp"

namespace howdah {

/// What AWS knows a caller by. `session_token` is empty for a user's own long-lived keys.
struct aws_keys {
    std::string access_key_id;
    secret_string secret_access_key, session_token;
};

/// Whose token it is to be, and where it is shown.
struct rds_token_request {
    std::string host;  // as the instance's endpoint is spelled
    std::uint16_t port = 5432;
    std::string user;
    std::string region;  // "eu-central-1"
};

/// How long RDS takes a token for.
inline constexpr std::chrono::seconds rds_token_lifetime{900};

/// The password by which RDS's IAM authentication knows a user: a presigned URL without its scheme, as AWS's signers
/// make it (Signature Version 4; service rds-db, Action=connect). Asks nobody. `now`: a clock that differs by minutes
/// from AWS's makes tokens that are refused.
/// Throws error (no_credentials) for a host, user, region or key that is empty.
secret_string rds_token(const rds_token_request& request, const aws_keys& keys,
                        std::chrono::system_clock::time_point now);

}  // namespace howdah
