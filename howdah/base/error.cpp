#include "howdah/base/error.hpp"

#include <utility>

namespace howdah {

struct error::content {
    std::error_code code;
    enum fate fate;
    enum phase phase = phase::query;
    bool authenticated = true;
    phase_times times{};
    std::string host{}, what{};
    std::optional<server_message> server{};
    std::optional<std::uint64_t> transaction_id{};
};

namespace {

// "invalid input syntax for type integer: "abc"" quotes the value that was sent. Data exceptions (class 22) and
// violated constraints (23) are shown up to there; the whole is in error::server().
std::string without_values(const server_message& m) {
    const bool may_quote = m.code.category() == "22" || m.code.category() == "23";
    const auto quoted = m.message.find(": \"");
    if (!may_quote || quoted == std::string::npos) return m.message;
    return m.message.substr(0, quoted);
}

std::string describe(const server_message& m) {
    std::string out = m.severity + ' ' + std::string{m.code.text()};
    if (!m.code.name().empty()) out.append(" (").append(m.code.name()).append(")");
    out += ": " + without_values(m);
    if (!m.constraint.empty()) out += "; constraint " + m.constraint;
    if (!m.table.empty()) out += "; table " + (m.schema.empty() ? "" : m.schema + '.') + m.table;
    if (!m.column.empty()) out += "; column " + m.column;
    if (m.position != 0) out += "; at character " + std::to_string(m.position);
    if (!m.hint.empty()) out += "; hint: " + m.hint;
    return out;
}

}  // namespace

std::string_view to_string(fate f) noexcept {
    switch (f) {
        case fate::not_sent: return "not sent";
        case fate::rejected: return "rejected";
        case fate::executed: return "executed";
        case fate::unknown: return "unknown";
        case fate::commit_unknown: return "commit unknown";
    }
    return "?";
}

std::string_view to_string(phase p) noexcept {
    switch (p) {
        case phase::queue: return "queue";
        case phase::resolve: return "resolve";
        case phase::connect: return "connect";
        case phase::tls: return "tls";
        case phase::authenticate: return "authenticate";
        case phase::query: return "query";
        case phase::cancel: return "cancel";
    }
    return "?";
}

error::error(std::error_code code, std::string context, enum fate f)
    : content_{std::make_shared<content>(content{.code = code, .fate = f})} {
    content_->what = std::move(context);
    if (content_->what.empty()) content_->what = code.message();
}

error::error(server_message message, enum fate f)
    : content_{std::make_shared<content>(content{.code = message.code, .fate = f})} {
    content_->what = describe(message);
    content_->server = std::move(message);
}

error::content& error::own() {
    if (content_.use_count() > 1) content_ = std::make_shared<content>(*content_);
    return *content_;
}

const char* error::what() const noexcept { return content_->what.c_str(); }
std::error_code error::code() const noexcept { return content_->code; }
sqlstate error::state() const noexcept { return content_->server ? content_->server->code : sqlstate{}; }
const server_message* error::server() const noexcept { return content_->server ? &*content_->server : nullptr; }
enum fate error::fate() const noexcept { return content_->fate; }
enum phase error::phase() const noexcept { return content_->phase; }
const phase_times& error::times() const noexcept { return content_->times; }
std::string_view error::host() const noexcept { return content_->host; }
std::optional<std::uint64_t> error::transaction_id() const noexcept { return content_->transaction_id; }
bool error::authenticated() const noexcept { return content_->authenticated; }

error& error::with_fate(enum fate f) {
    own().fate = f;
    return *this;
}

error& error::at(enum phase p) {
    own().phase = p;
    return *this;
}

error& error::with_times(const phase_times& times) {
    own().times = times;
    return *this;
}

error& error::from_host(std::string host) {
    own().host = std::move(host);
    return *this;
}

error& error::with_transaction_id(std::uint64_t id) {
    own().transaction_id = id;
    return *this;
}

error& error::unauthenticated() {
    own().authenticated = false;
    return *this;
}

error& error::prefixed(std::string_view words) {
    auto& c = own();
    c.what.insert(0, words);
    return *this;
}

}  // namespace howdah
