#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "howdah/base/bytes.hpp"
#include "howdah/base/secret_string.hpp"
#include "howdah/wire/scram_server.hpp"

namespace howdah::sim {

/// Who may log in, and with what: a file in the manner of PgBouncer's auth_file, a line each,
///
///     "user" "secret"
///
/// where a quote within quotes is doubled, and the secret is a password, "md5" and 32 digits, or "SCRAM-SHA-256$...", as
/// pg_authid.rolpassword has it. Lines that are empty or begin with '#' or ';' are skipped.
class login_secrets {
public:
    /// Throws error: insecure_file (others can read it), invalid_option (a line that can't be read, by its number; a user
    /// twice), or the system's.
    static login_secrets from_file(const std::string& path);
    /// `file` names it in errors.
    static login_secrets from_text(std::string_view text, const std::string& file);

    /// A password as it is, for who logs in upstream as its user; nullptr: the user is unknown, or only a hash is.
    const secret_string* password(std::string_view user) const;

    // Unknown users, and those whose secret is of a kind that the method can't use, fail as wrong passwords do.
    bool is_password(std::string_view user, const secret_string& given) const;
    /// `answer` is what came for the salt.
    bool is_md5_answer(std::string_view user, bytes_view salt, std::string_view answer) const;
    /// Of an unknown user, one that no password fits.
    wire::scram_verifier verifier(std::string_view user) const;

private:
    const secret_string* find(std::string_view user) const;

    std::map<std::string, secret_string, std::less<>> secrets_;
};

}  // namespace howdah::sim
