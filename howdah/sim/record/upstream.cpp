#include "howdah/sim/record/upstream.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "howdah/config/conninfo.hpp"
#include "howdah/wire/backend.hpp"
#include "howdah/wire/frontend.hpp"
#include "howdah/wire/message_splitter.hpp"

namespace howdah::sim {
namespace {

constexpr std::size_t most_shared_users = 100;
constexpr std::size_t longest_setting_answer = std::size_t{1} << 20;

// Said by somebody, rather than the operating system's user.
bool is_said(const conninfo& info, std::string_view keyword) {
    const auto source = info.source(keyword);
    return source && *source != value_source::otherwise && !info.value(keyword)->empty();
}

bool means_utf8(std::string_view encoding) {
    std::string name;
    for (const char c : encoding)
        if (c != '-' && c != '_') name += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    return name == "utf8" || name == "unicode";
}

// What the client would have without a recorder: its own wish, or else the database's encoding.
std::string encoding_of(const introduction& client, const std::map<std::string, std::string, std::less<>>& reported) {
    for (const auto& [name, value] : client.parameters)
        if (name == "client_encoding") return value;
    const auto of_database = reported.find("server_encoding");
    return of_database == reported.end() ? "UTF8" : of_database->second;
}

std::string as_literal(std::string_view text) {
    std::string out{"'"};
    for (const char c : text) {
        if (c == '\'') out += '\'';
        out += c;
    }
    return out += '\'';
}

// Runs a statement without rows, and takes what the server reports of its parameters.
awaitable<void> run_setting(server_stream& stream, std::string sql,
                            std::map<std::string, std::string, std::less<>>& reported) {
    bytes out;
    serialize(wire::simple_query{.sql = sql}, out);
    const bool sent = co_await stream.write_all(out);
    if (!sent) throw error{error{errc::connection_closed, "the server closed the connection"}};
    wire::message_splitter messages{wire::message_splitter::begins_with::message, longest_setting_answer};
    bytes buffer(std::size_t{4} << 10);
    std::optional<server_message> refused;
    for (bool ready = false; !ready;) {
        const auto n = co_await stream.read_some(buffer);
        if (n == 0) throw error{error{errc::connection_closed, "the server closed the connection"}};
        messages.feed(bytes_view{buffer}.first(n));
        while (const auto m = messages.next()) {
            wire::parameter_status said{};
            if (m->tag == wire::tag::parameter_status && !wire::parse(m->body, said))
                reported.insert_or_assign(std::string{said.name}, std::string{said.value});
            if (m->tag == wire::tag::error_response) (void)wire::parse(m->body, refused.emplace());
            ready = m->tag == wire::tag::ready_for_query;
        }
        if (messages.failure()) throw error{error{errc::protocol_violation, "the server's answer can't be read"}};
    }
    if (refused) throw error{error{*std::move(refused)}};
}

}  // namespace

upstream::upstream(std::string_view dsn) : config_{parse_conninfo(dsn)} {
    const auto info = resolve_conninfo(dsn);
    names_user_ = is_said(info, "user");
    names_database_ = is_said(info, "dbname");
    config_.validate();
}

std::shared_ptr<connection_config> upstream::config_for(const introduction& client, const secret_string* known) const {
    auto out = std::make_shared<connection_config>(config_);
    if (!names_user_) {
        out->username = client.user;
        out->host_passwords.clear();  // the passfile was asked for another user's
    }
    if (!names_database_) out->database = client.database;
    if (known != nullptr && (out->password.empty() || !client.password.empty())) {
        out->username = client.user;
        out->password = *known;
    }
    out->application_name.clear();
    out->fallback_application_name.clear();
    out->options.clear();
    out->replication.clear();
    for (const auto& [name, value] : client.parameters)
        if (name != "client_encoding") out->server_settings.insert_or_assign(name, value);
    return out;
}

awaitable<upstream::connection> upstream::connect(const introduction& client, const secret_string* known) {
    auto config = config_for(client, known);
    if (shared_.size() >= most_shared_users) shared_.clear();
    auto& shared = shared_[config->username];
    if (!shared) shared = std::make_shared<core::shared_state>();
    auto dialled = co_await async::dial(config, nullptr, shared);
    auto& reported = dialled.options.parameters;
    server_stream stream{std::move(dialled.socket), std::move(dialled.channel), dialled.left_over};
    auto encoding = encoding_of(client, reported);
    if (!means_utf8(encoding)) {
        auto statement = "set client_encoding to " + as_literal(encoding);
        co_await run_setting(stream, std::move(statement), reported);
    }
    connection out{
        .stream = std::move(stream), .parameters = {reported.begin(), reported.end()}, .to = std::move(dialled.to)};
    co_return out;
}

}  // namespace howdah::sim
