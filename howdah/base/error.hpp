#pragma once
// Why here: the one error value that every layer returns and the public edge throws.

#include <array>
#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "howdah/base/errc.hpp"
#include "howdah/base/sqlstate.hpp"

namespace howdah {

/// What became of the request that failed: may it be run again?
enum class fate {
    not_sent,        // the server has not seen it: safe to run again
    rejected,        // the server said no, and did nothing
    executed,        // the server did it; its answer could not be used
    unknown,         // sent, and no answer came
    commit_unknown,  // a COMMIT was sent, and no answer came
};

/// Where the time of a call went, and where it failed.
enum class phase { queue, resolve, connect, tls, authenticate, query, cancel };
inline constexpr std::size_t phase_count = 7;

std::string_view to_string(fate f) noexcept;
std::string_view to_string(phase p) noexcept;

/// Time spent in each phase, indexed by `phase`.
using phase_times = std::array<std::chrono::microseconds, phase_count>;

/// The fields of an ErrorResponse or NoticeResponse (protocol, section 55.8), all of them. May hold values of rows.
struct server_message {
    std::string severity;  // never translated: ERROR, FATAL, PANIC, WARNING, NOTICE ...
    sqlstate code;
    std::string message, detail, hint;
    std::uint32_t position = 0;  // 1-based, in characters of the statement; 0: none
    std::uint32_t internal_position = 0;
    std::string internal_query, where, schema, table, column, data_type, constraint;
    std::string file, line, routine;  // in the server's source
};

/// The one error of the library. Cheap to copy. what() names what failed, where, and what to do; it shows no
/// parameter's and no row's value (those are in server()).
class error : public std::exception {
public:
    /// `context` says what was being done, with what, and what to do about it.
    error(std::error_code code, std::string context, enum fate f = fate::not_sent);
    /// An ErrorResponse.
    explicit error(server_message message, enum fate f = fate::rejected);

    const char* what() const noexcept override;

    /// An errc, an sqlstate, or a system error.
    std::error_code code() const noexcept;
    /// The server's SQLSTATE; empty if the server did not say this.
    sqlstate state() const noexcept;
    /// All of the server's fields; nullptr if the server did not say this.
    const server_message* server() const noexcept;
    enum fate fate() const noexcept;
    /// Where it failed.
    enum phase phase() const noexcept;
    /// Time spent in each phase, so far as it was measured.
    const phase_times& times() const noexcept;
    /// The host and port, or socket, that was tried; empty if none was.
    std::string_view host() const noexcept;
    /// The transaction whose fate is commit_unknown, where it is known.
    std::optional<std::uint64_t> transaction_id() const noexcept;
    /// False if it came before TLS or authentication, from someone who may not be the server.
    bool authenticated() const noexcept;

    error& with_fate(enum fate f);
    error& at(enum phase p);
    error& with_times(const phase_times& times);
    error& from_host(std::string host);
    error& with_transaction_id(std::uint64_t id);
    error& unauthenticated();
    /// Adds words in front of what(): "connecting to db:5432: ...".
    error& prefixed(std::string_view words);

private:
    struct content;
    content& own();
    std::shared_ptr<content> content_;  // shared until changed: copying an exception must not throw
};

}  // namespace howdah
