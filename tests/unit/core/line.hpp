#pragma once
// An engine whose server is played by hand: what it sends is read, what it hears is written, time is set.

#include <algorithm>
#include <chrono>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "howdah/base/reader.hpp"
#include "howdah/base/writer.hpp"
#include "howdah/core/engine.hpp"
#include "howdah/core/sinks.hpp"
#include "howdah/core/statement_call.hpp"
#include "howdah/sql/parameters.hpp"
#include "howdah/types/types.hpp"

namespace howdah::core::script {

using namespace std::string_view_literals;
using namespace std::chrono_literals;

// What a server sends.

inline std::string message(char tag, std::string_view body = {}) {
    bytes out;
    put_u8(out, static_cast<std::uint8_t>(tag));
    put_u32(out, static_cast<std::uint32_t>(body.size() + 4));
    append(out, body);
    return std::string{as_text(out)};
}

inline std::string parameter_types(std::initializer_list<oid> types) {
    bytes out;
    put_u16(out, static_cast<std::uint16_t>(types.size()));
    for (const auto t : types) put_u32(out, static_cast<std::uint32_t>(t));
    return message('t', as_text(out));
}

struct described {
    std::string_view name;
    oid type;
};

inline std::string row_description(std::initializer_list<described> columns) {
    bytes out;
    put_u16(out, static_cast<std::uint16_t>(columns.size()));
    for (const auto& c : columns) {
        put_cstring(out, c.name);
        put_u32(out, 0);
        put_u16(out, 0);
        put_u32(out, static_cast<std::uint32_t>(c.type));
        put_u16(out, 0xffff);
        put_i32(out, -1);
        put_u16(out, 0);
    }
    return message('T', as_text(out));
}

inline std::string data_row(std::initializer_list<std::string_view> values) {
    bytes out;
    put_u16(out, static_cast<std::uint16_t>(values.size()));
    for (const auto v : values) {
        put_u32(out, static_cast<std::uint32_t>(v.size()));
        append(out, v);
    }
    return message('D', as_text(out));
}

inline std::string complete(std::string_view tag) { return message('C', std::string{tag} + '\0'); }
inline std::string ready(std::string_view status = "I") { return message('Z', status); }

inline std::string refusal(std::string_view sqlstate, std::string_view severity = "ERROR",
                           std::string_view routine = "routine") {
    std::string body;
    for (const auto& [field, text] : {std::pair{'V', severity}, {'C', sqlstate}, {'M', "refused"sv}, {'R', routine}})
        ((body += field) += text) += '\0';
    return message('E', body + '\0');
}

/// The answer to the first use of a statement that has no rows.
inline std::string first_use(std::string_view tag, std::initializer_list<oid> types = {}) {
    return message('1') + parameter_types(types) + message('n') + message('2') + complete(tag);
}
/// The answer to a later use.
inline std::string later_use(std::string_view tag) { return message('2') + complete(tag); }
/// The answer to the first use of a statement that gives one int4.
inline std::string first_number(std::string_view value) {
    return message('1') + parameter_types({}) + row_description({{"n", oids::int4}}) + message('2') +
           data_row({value}) + complete("SELECT 1");
}
inline std::string begun() { return message('1') + message('2') + complete("BEGIN"); }

/// The tags of what a client sent.
inline std::string tags(std::string_view sent) {
    std::string out;
    while (sent.size() >= 5) {
        out += sent[0];
        sent.remove_prefix(std::min<std::size_t>(
            sent.size(), std::size_t{load_big_endian<std::uint32_t>(as_bytes(sent).data() + 1)} + 1));
    }
    return out;
}

class line final : public driver {
public:
    explicit line(engine_options options = {}) : engine{std::move(options), *this} {}
    void attention() noexcept override {}

    void submit(operation& op) { engine.submit(op, now); }
    /// Everything that waits to be sent.
    std::string send() {
        std::string out{as_text(engine.output())};
        engine.written(out.size());
        return out;
    }
    std::string send_tags() { return tags(send()); }
    /// The server's bytes; false: the connection is closed.
    bool hear(std::string_view server) {
        const auto room = engine.input_space(server.size());
        std::ranges::copy(as_bytes(server), room.begin());
        engine.commit(server.size());
        return engine.process(now);
    }
    bool later(clock::duration d) {
        now += d;
        return engine.expire(now);
    }
    void lose() { engine.lost(error{errc::connection_closed, "the line was cut"}); }

    clock::time_point now{std::chrono::hours{1}};
    core::engine engine;
};

/// A statement with its arguments and its rows.
template <class Sink = no_rows, class... P>
class call {
public:
    explicit call(std::string_view sql, P... values)
        : values_{std::in_place, std::move(values)...},
          views_{values_.views()},
          op{statement_text{unsafe_sql{std::string{sql}}}, views_, sink} {}

private:
    parameters<P...> values_;
    std::array<parameter_view, sizeof...(P)> views_;

public:
    Sink sink;
    statement_call op;
};

inline std::error_code code(const operation& op) { return op.failure() ? op.failure()->code() : std::error_code{}; }
inline std::optional<enum fate> fate_of(const operation& op) {
    return op.failure() ? std::optional{op.failure()->fate()} : std::nullopt;
}

}  // namespace howdah::core::script
