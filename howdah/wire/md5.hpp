#pragma once

#include <optional>
#include <string_view>

#include "howdah/base/bytes.hpp"
#include "howdah/base/secret_string.hpp"

namespace howdah::wire {

/// What a server stores: "md5" and hex(md5(password, user)). nullopt: OpenSSL does no MD5, as in FIPS mode.
std::optional<secret_string> md5_stored(std::string_view user, const secret_string& password);
/// The answer that whoever knows `stored` gives for `salt`: "md5" and hex(md5(the digits of `stored`, salt)).
std::optional<secret_string> md5_answer(const secret_string& stored, bytes_view salt);
/// The answer to AuthenticationMD5Password: "md5" and hex(md5(hex(md5(password, user)), salt)) (protocol, section 55.2.1).
/// nullopt: OpenSSL does no MD5, as in FIPS mode.
std::optional<secret_string> md5_response(std::string_view user, const secret_string& password, bytes_view salt);

}  // namespace howdah::wire
