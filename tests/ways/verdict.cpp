#include "tests/ways/verdict.hpp"

#include <gtest/gtest.h>

#include <array>
#include <ostream>
#include <utility>

#include "howdah/base/error.hpp"
#include "tests/integration/driver.hpp"

namespace howdah::ways {
namespace {

constexpr auto reasons = std::to_array<std::pair<errc, const char*>>({
    {errc::certificate_rejected, "certificate"},
    {errc::tls_refused, "no TLS"},
    {errc::tls_failed, "handshake"},
    {errc::connection_closed, "closed"},
    {errc::invalid_option, "option"},
    {errc::unsupported_option, "option"},
    {errc::insecure_file, "key file"},
    {errc::authentication_refused, "method"},
    {errc::server_not_authentic, "proof"},
    {errc::peer_rejected, "peer"},
    {errc::below_security_profile, "profile"},
});

std::string reason_of(std::error_code code) {
    for (const auto& [what, word] : reasons)
        if (code == what) return word;
    return "server";
}

// A statement runs too: with TLS 1.3 a server refuses a client's certificate only behind the handshake.
template <class Driver>
verdict by(const std::string& dsn) {
    try {
        Driver driver;
        auto db = driver.connect(dsn);
        const bool encrypted =
            driver.call(db.template fetch_one<bool>("select coalesce((select ssl from pg_catalog.pg_stat_ssl where pid "
                                                    "= pg_catalog.pg_backend_pid()), false)"));
        return {.outcome = encrypted ? outcome::tls : outcome::plain};
    } catch (const error& e) {
        return {.outcome = outcome::refused, .code = e.code(), .words = e.what()};
    }
}

const char* word_of(outcome o) {
    switch (o) {
        case outcome::plain: return "plain";
        case outcome::tls: return "TLS";
        case outcome::refused: return "no";
    }
    return "";
}

outcome outcome_of(const libpq_connection& c) {
    if (!c.connected) return outcome::refused;
    return c.encrypted ? outcome::tls : outcome::plain;
}

}  // namespace

std::string cell(const verdict& v) {
    std::string out = word_of(v.outcome);
    if (v.outcome == outcome::refused) out += " (" + reason_of(v.code) + ')';
    return out;
}

verdict connect(const std::string& dsn) {
    auto blocking = by<test::blocking_driver>(dsn);
    const auto async = by<test::async_driver>(dsn);
    EXPECT_EQ(cell(blocking), cell(async)) << dsn << '\n' << blocking.words << '\n' << async.words;
    return blocking;
}

void expect_libpq_agrees(const std::string& dsn, const verdict& ours, difference d, int since) {
    for (const auto kind : {libpq_kind::installed, libpq_kind::version_18}) {
        const auto* library = find_libpq(kind).library;
        if (library == nullptr || library->version() < since) continue;
        const auto theirs = library->connect(dsn + " connect_timeout=10");
        if (d == difference::stricter) {
            EXPECT_EQ(ours.outcome, outcome::refused) << dsn;
            EXPECT_NE(outcome_of(theirs), outcome::refused)
                << dsn << "\nno longer stricter than libpq " << library->version() << ": " << theirs.message;
        } else {
            EXPECT_STREQ(word_of(ours.outcome), word_of(outcome_of(theirs)))
                << dsn << "\nlibpq " << library->version() << ": " << theirs.message << "\nHowdah: " << ours.words;
        }
    }
}

std::string compared(const std::string& dsn, difference d, int since) {
    const auto ours = connect(dsn);
    expect_libpq_agrees(dsn, ours, d, since);
    return cell(ours) + (d == difference::stricter ? " \\*" : "");
}

}  // namespace howdah::ways
