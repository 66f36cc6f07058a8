#include "howdah/wire/startup_diagnosis.hpp"

#include <array>
#include <string>

#include "howdah/base/errc.hpp"
#include "howdah/wire/untrusted_text.hpp"

namespace howdah::wire {
namespace {

std::string_view hint_for(bytes_view in) noexcept {
    struct greeting {
        std::string_view start, hint;
    };
    static constexpr std::array known{
        greeting{"HTTP/", "it speaks HTTP: is this the port of a web server?"},
        greeting{"SSH-", "it speaks SSH: is this the port of a tunnel's far end?"},
        greeting{"\x15\x03", "it speaks TLS from the first byte: try sslnegotiation=direct"},
        greeting{"-ERR", "it speaks Redis's protocol"},
        greeting{"220", "it speaks SMTP or FTP"},
        greeting{"* OK", "it speaks IMAP"},
    };
    const auto text = as_text(in);
    for (const auto& g : known)
        if (text.starts_with(g.start)) return g.hint;
    // A MySQL packet: three bytes of length, number 0, protocol version 10.
    if (text.size() > 4 && text[3] == '\0' && text[4] == '\x0a') return "it speaks MySQL's protocol";
    return "is the port right?";
}

}  // namespace

error not_postgresql(bytes_view answer) {
    constexpr std::size_t shown = 20;
    return {errc::not_postgresql, "the other end is not a PostgreSQL server; " + std::string{hint_for(answer)} +
                                      " It answered \"" + untrusted_text(as_text(answer), shown) + "\""};
}

std::string_view remedy(sqlstate state) noexcept {
    struct advice {
        std::string_view state, words;
    };
    static constexpr std::array known{
        advice{"28P01", "check the password: connection string, PGPASSWORD, passfile"},
        advice{"28000", "see pg_hba.conf: is this user, database, address and sslmode allowed?"},
        advice{"3D000", "check the database's name"},
        advice{"53300", "the server has no connection left: use a pool, or raise max_connections"},
        advice{"57P03", "the server starts, stops or recovers: try again"},
        advice{"08P01", "behind an older pooler use protocol 3.0 and fewer server settings"},
    };
    for (const auto& a : known)
        if (state.text() == a.state) return a.words;
    return {};
}

}  // namespace howdah::wire
