#pragma once

#include "howdah/base/error.hpp"
#include "howdah/net/tls_context.hpp"

namespace howdah::net {

enum class tls_stage { handshake, established };

/// The words for OpenSSL's `code`, an error of a step that was not the certificate's fault.
error tls_failure(unsigned long code, tls_stage stage, const tls_context& context);

/// The words for a socket that ended without close_notify.
error tls_truncated(tls_stage stage, const tls_context& context);

/// The words for the server's close_notify.
error tls_closed();

}  // namespace howdah::net
