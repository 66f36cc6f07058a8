#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>
#include <utility>

#include "howdah/base/error.hpp"
#include "howdah/sim/detail/interaction_json.hpp"
#include "howdah/sim/detail/json_reader.hpp"
#include "howdah/sim/detail/names.hpp"

namespace howdah::sim {
namespace {

template <class Number>
Number number(const json_node& in, std::string_view name, Number otherwise) {
    using limits = std::numeric_limits<Number>;
    constexpr auto most =
        static_cast<std::int64_t>(std::min(static_cast<std::uint64_t>(limits::max()),
                                           static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())));
    constexpr std::int64_t least = std::is_signed_v<Number> ? std::int64_t{limits::min()} : 0;
    return in.has(name) ? static_cast<Number>(in[name].number(least, most)) : otherwise;
}

/// A text that may not be Unicode; missing: empty.
std::string words(const json_node& in, std::string_view name) {
    return in.has(name) ? read_text(in[name]) : std::string{};
}

template <class Read>
auto list(const json_node& in, Read&& read) {
    std::vector<decltype(read(in))> out;
    out.reserve(in.size());
    for (std::size_t i = 0; i < in.size(); ++i) out.push_back(read(in[i]));
    return out;
}

template <class Read>
auto list(const json_node& in, std::string_view name, Read&& read) {
    return in.has(name) ? list(in[name], read) : std::vector<decltype(read(in))>{};
}

server_message read_message(const json_node& in) {
    server_message out;
    out.severity = words(in, "severity");
    out.code = sqlstate{words(in, "code")};
    out.message = words(in, "message");
    out.detail = words(in, "detail");
    out.hint = words(in, "hint");
    out.position = number(in, "position", std::uint32_t{0});
    out.internal_position = number(in, "internal_position", std::uint32_t{0});
    out.internal_query = words(in, "internal_query");
    out.where = words(in, "where");
    out.schema = words(in, "schema");
    out.table = words(in, "table");
    out.column = words(in, "column");
    out.data_type = words(in, "data_type");
    out.constraint = words(in, "constraint");
    out.file = words(in, "file");
    out.line = words(in, "line");
    out.routine = words(in, "routine");
    return out;
}

recorded_column read_column(const json_node& in) {
    return {.name = read_text(in["name"]),
            .type = oid{number(in, "type", std::uint32_t{0})},
            .type_size = number(in, "size", std::int16_t{-1}),
            .type_modifier = number(in, "modifier", std::int32_t{-1}),
            .table = number(in, "table", std::uint32_t{0}),
            .attribute = number(in, "attribute", std::int16_t{0})};
}

recorded_rows read_rows(const json_node& in) {
    recorded_rows out;
    if (!in.is_object()) {
        out.here = list(in, read_row);
        out.count = out.here.size();
        return out;
    }
    out.file = in["file"].text();
    if (!is_data_name(out.file)) in.refuse("names no file of rows");
    out.count = number(in, "count", std::uint64_t{0});
    out.bytes = number(in, "bytes", std::uint64_t{0});
    return out;
}

recorded_copy read_copy(const json_node& in) {
    recorded_copy out;
    const auto where = in["where"].text();
    if (where != "in" && where != "out") in.refuse("goes neither in nor out");
    out.where = where == "in" ? recorded_copy::direction::in : recorded_copy::direction::out;
    out.format = in.has("format") ? format::binary : format::text;
    out.columns =
        list(in, "columns", [](const json_node& one) { return one.number(0, 1) == 0 ? format::text : format::binary; });
    out.data = read_rows(in["data"]);
    for (const auto& message : out.data.here)
        if (message.size() != 1) in.refuse("has a message of several values");
    if (in.has("failed") && in["failed"].boolean()) out.how = recorded_copy::ending::failed;
    return out;
}

recorded_result read_result(const json_node& in) {
    recorded_result out;
    if (in.has("columns")) {
        out.columns = list(in["columns"], read_column);
        out.rows = read_rows(in["rows"]);
        for (const auto& row : out.rows.here)
            if (row.size() != out.columns->size()) in.refuse("has a row of more or fewer values than columns");
    }
    if (in.has("copy")) out.copy = read_copy(in["copy"]);
    const auto how = ending_of(in.text("ending", "complete"));
    if (!how) in.refuse("has an unknown ending");
    out.how = *how;
    out.tag = in.text("tag", "");
    return out;
}

answer read_answer(const json_node& in) {
    answer out;
    if (in.has("error")) out.error = read_message(in["error"]);
    const auto where = refused_at_of(in.text("refused_at", "execute"));
    const auto status = status_of(in["status"].text());
    if (!where || !status) in.refuse("has an unknown refused_at or status");
    out.where = *where;
    out.status = *status;
    out.results = list(in, "results", read_result);
    out.notices = list(in, "notices", read_message);
    out.notifications = list(in, "notifications", [](const json_node& one) {
        return recorded_notification{.channel = words(one, "channel"), .payload = words(one, "payload")};
    });
    out.parameters = list(in, "parameters", [](const json_node& one) {
        if (one.size() != 2) one.refuse("is no name and value");
        return std::pair{read_text(one[0]), read_text(one[1])};
    });
    return out;
}

statement_key read_statement_key(const json_node& root) {
    const auto newer = root["format"].number(1, std::numeric_limits<std::int64_t>::max()) > manifest::current_format;
    if (newer)
        throw error{
            error{cassette_errc::future_format,
                  std::string{root.file()} + ": a newer version of Howdah wrote it; use that, or record again"}};
    statement_key out{.fingerprint = root["fingerprint"].text(), .text = read_text(root["statement"])};
    if (root.has("literals")) out.literals = read_row(root["literals"]);
    return out;
}

}  // namespace

interaction read_interaction(std::string_view content, std::string_view file) {
    check_seal(content, file);
    const json_document document{content, file};
    const auto root = document.root();
    interaction out{.key = {.statement = read_statement_key(root)}};
    if (root.has("parameters")) out.key.parameters = read_row(root["parameters"]);
    out.uses = list(root["uses"], [](const json_node& one) {
        return recorded_use{.given = read_answer(one), .times = number(one, "times", std::uint64_t{1})};
    });
    if (out.use_count() == 0) root.refuse("has no use");
    return out;
}

described_statement read_facts(std::string_view content, std::string_view file) {
    check_seal(content, file);
    const json_document document{content, file};
    const auto root = document.root();
    described_statement out{.statement = read_statement_key(root), .facts = {}};
    out.facts.parameters = list(root["parameters"], [](const json_node& one) {
        return oid{static_cast<std::uint32_t>(one.number(0, std::numeric_limits<std::uint32_t>::max()))};
    });
    if (root.has("columns")) out.facts.columns = list(root["columns"], read_column);
    return out;
}

}  // namespace howdah::sim
