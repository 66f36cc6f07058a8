#include "howdah/net/openssl.hpp"

#include <openssl/err.h>

#include <system_error>

namespace howdah::net {

unsigned long take_openssl_error() noexcept {
    const unsigned long code = ERR_get_error();
    ERR_clear_error();
    return code;
}

std::string openssl_reason(unsigned long code) {
    if (code == 0) return "no reason given";
    if (ERR_SYSTEM_ERROR(code)) return std::generic_category().message(ERR_GET_REASON(code));
    if (const char* reason = ERR_reason_error_string(code)) return reason;
    return "OpenSSL error " + std::to_string(code);
}

}  // namespace howdah::net
