#pragma once

#include "howdah/base/secret_string.hpp"

namespace howdah::wire {

/// The password as SCRAM hashes it: SASLprep (RFC 4013) the way PostgreSQL's server does it, so that both sides agree.
/// A password that can't be prepared (not UTF-8, prohibited or unassigned characters, mixed directions, nothing
/// left) is used as it is, and so is one that is all ASCII.
secret_string saslprep(const secret_string& password);

}  // namespace howdah::wire
