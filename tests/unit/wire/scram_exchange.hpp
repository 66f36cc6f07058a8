#pragma once
// The exchange of RFC 7677, by which both suites of SCRAM go.

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "howdah/base/error.hpp"
#include "howdah/wire/scram.hpp"

namespace howdah::wire {

// RFC 7677, section 3.
inline constexpr std::string_view rfc_nonce = "rOprNGfwEbeRWgbNEkqO";
inline constexpr std::string_view rfc_server_first =
    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
inline constexpr std::string_view rfc_client_final =
    "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
inline constexpr std::string_view rfc_server_final = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

inline scram_options rfc_options() {
    scram_options options;
    options.username = "user";
    options.nonce = rfc_nonce;
    return options;
}

inline scram_client rfc_client(scram_options options = rfc_options()) {
    return scram_client{secret_string{"pencil"}, std::move(options)};
}

inline std::error_code code(const std::optional<error>& e) { return e ? e->code() : std::error_code{}; }

/// What a client answers to a challenge after client-first.
inline std::optional<error> challenge(scram_client& client, std::string_view server_first) {
    std::string out;
    if (auto e = client.client_first(out)) return e;
    out.clear();
    auto e = client.server_first(server_first, out);
    EXPECT_EQ(e.has_value(), out.empty()) << "an error and an answer, or neither";
    return e;
}

}  // namespace howdah::wire
