#pragma once
// What becomes of a connection string, by both drivers and by libpq.

#include <optional>
#include <string>
#include <system_error>

#include "tests/compat/libpq.hpp"

namespace howdah::ways {

/// libpq's first version that has require_auth, sslcertmode and sslrootcert=system.
inline constexpr int libpq_16 = 160000;

enum class outcome { plain, tls, refused };

struct verdict {
    enum outcome outcome;
    std::error_code code{};  // why it was refused
    std::string words{};     // for people
};

/// "plain", "TLS" or "no (certificate)": a cell of the tables.
std::string cell(const verdict& v);

/// Connects with the blocking and the async driver, runs a statement, and expects both to say the same.
verdict connect(const std::string& dsn);

/// How a verdict of Howdah's may differ from libpq's.
enum class difference {
    none,
    stricter,  // Howdah refuses on purpose what libpq does
};

/// Expects every libpq from version `since` on to end as Howdah did.
void expect_libpq_agrees(const std::string& dsn, const verdict& ours, difference d = difference::none, int since = 0);

/// connect() and expect_libpq_agrees() in one, as a cell; one that is stricter than libpq's has a star.
std::string compared(const std::string& dsn, difference d = difference::none, int since = 0);

}  // namespace howdah::ways
