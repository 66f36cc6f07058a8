#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "howdah/base/error.hpp"
#include "howdah/sim/canonical_value.hpp"
#include "howdah/wire/backend.hpp"

namespace howdah::sim {

/// A statement's text without its literals, and those literals. `select name from book where id = 7` and
/// `... id = 8` have one text and one fingerprint, and are two statements.
struct statement_key {
    std::string
        fingerprint;   // libpg_query's, 16 hexadecimal digits; "fallback-" and a hash if its parser can't read it
    std::string text;  // "select name from book where id = $1"; literals are numbered behind the parameters
    std::vector<canonical_value> literals{};

    friend bool operator==(const statement_key&, const statement_key&) = default;
};

/// What a request is found by: never by the formats or bytes that carried it, nor by types, which the first use of a
/// statement does not know yet. A simple Query of several statements is one key.
struct interaction_key {
    statement_key statement;
    std::vector<canonical_value> parameters{};

    /// "50fde20626009aba-6ad3c5b1e02f9d47": its fingerprint, and a hash of the rest. Its file's name, too.
    std::string name() const;
    friend bool operator==(const interaction_key&, const interaction_key&) = default;
};

/// The same for a statement, whose facts are kept under it.
std::string name_of(const statement_key& statement);

/// RowDescription, without the formats.
struct recorded_column {
    std::string name;
    oid type{};
    std::int16_t type_size = -1;
    std::int32_t type_modifier = -1;
    std::uint32_t table = 0;
    std::int16_t attribute = 0;

    friend bool operator==(const recorded_column&, const recorded_column&) = default;
};

/// What the server says of a prepared statement (ParameterDescription, RowDescription or NoData).
struct statement_facts {
    std::vector<oid> parameters{};
    std::optional<std::vector<recorded_column>> columns{};  // nullopt: NoData, or the statement was not described

    friend bool operator==(const statement_facts&, const statement_facts&) = default;
};

/// Rows, or COPY data: a few of them here, many in a file of their own. row_writer makes them, row_reader reads them.
struct recorded_rows {
    std::vector<recorded_row> here{};
    std::string file{};       // the SHA-256 of its content; empty: all are here
    std::uint64_t count = 0;  // of rows, wherever they are
    std::uint64_t bytes = 0;  // of the file's content, uncompressed

    friend bool operator==(const recorded_rows&, const recorded_rows&) = default;
};

/// COPY, one way or the other. Each row is one value: the data of one CopyData message.
struct recorded_copy {
    enum class direction : std::uint8_t { in, out };
    enum class ending : std::uint8_t { done, failed };  // CopyDone; CopyFail, or the end of the connection

    direction where = direction::out;
    enum format format = howdah::format::text;
    std::vector<enum format> columns{};
    recorded_rows data{};
    ending how = ending::done;

    friend bool operator==(const recorded_copy&, const recorded_copy&) = default;
};

/// One statement's result within an answer.
struct recorded_result {
    enum class ending : std::uint8_t {
        complete,   // CommandComplete
        suspended,  // the client took no more rows of its portal: more may follow
        empty,      // EmptyQueryResponse
        failed,     // the answer's error ended it
    };

    std::optional<std::vector<recorded_column>> columns{};  // nullopt: it has no rows
    recorded_rows rows{};
    std::optional<recorded_copy> copy{};
    std::string tag{};  // of CommandComplete
    ending how = ending::complete;

    friend bool operator==(const recorded_result&, const recorded_result&) = default;
};

/// NotificationResponse, without the process that sent it: that differs from run to run.
struct recorded_notification {
    std::string channel, payload;

    friend bool operator==(const recorded_notification&, const recorded_notification&) = default;
};

/// Where the server said no: replay must say it at the same message.
enum class refused_at : std::uint8_t { parse, bind, describe, execute };

/// What the server answered one use of a key.
struct answer {
    std::vector<recorded_result> results{};
    std::optional<server_message> error{};  // its last message
    refused_at where = refused_at::execute;
    std::vector<server_message> notices{};
    std::vector<recorded_notification> notifications{};
    std::vector<std::pair<std::string, std::string>> parameters{};  // ParameterStatus: name and value
    wire::transaction_status status = wire::transaction_status::idle;
    std::chrono::microseconds duration{};  // kept apart (timings): two runs of the same never take the same time
};

/// All but the duration.
bool same_answer(const answer& a, const answer& b);

/// A use that was answered the same `times` times in a row.
struct recorded_use {
    answer given;
    std::uint64_t times = 1;
};

/// A key and what its uses were answered, in their order.
struct interaction {
    interaction_key key;
    std::vector<recorded_use> uses{};

    /// All uses, repeated ones counted each.
    std::uint64_t use_count() const noexcept;
    /// The nth use (from 0); nullptr behind the last.
    const answer* use(std::uint64_t n) const noexcept;
};

}  // namespace howdah::sim
