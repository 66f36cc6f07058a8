#include "howdah/sim/record/conversation.hpp"

#include <algorithm>
#include <utility>

#include "howdah/sim/portal_requests.hpp"

namespace howdah::sim {
namespace {

namespace asks = wire::frontend_tag;

constexpr std::size_t longest_message = std::size_t{256} << 20;
constexpr std::size_t most_pending_bytes = std::size_t{256} << 20;
constexpr std::size_t most_waiting_uses = 1'000;  // for a ReadyForQuery, or for the end of a portal

bool is_of_copy(char tag) noexcept {
    return tag == asks::copy_data || tag == asks::copy_done || tag == asks::copy_fail;
}

// Notices and the like of one answer, put in front of those of another.
void prepend(answer& earlier, answer& to) {
    const auto move_in = [](auto& from, auto& into) {
        into.insert(into.begin(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
        from.clear();
    };
    move_in(earlier.notices, to.notices);
    move_in(earlier.notifications, to.notifications);
    move_in(earlier.parameters, to.parameters);
}

}  // namespace

conversation::conversation(recording& into)
    : into_{into},
      session_{into.to().begin_session()},
      from_client_{wire::message_splitter::begins_with::message, longest_message},
      from_server_{wire::message_splitter::begins_with::message, longest_message} {}

void conversation::client_said(bytes_view in, clock::time_point now) {
    if (given_up_) return;
    now_ = now;
    let_go_of_latest();
    from_client_.feed(in);
    while (const auto m = from_client_.next()) {
        if (m->passed_over) give_up("a message that is longer than 256 MiB");
        if (given_up_) return;
        take_request(*m);
    }
    if (from_client_.failure()) give_up("a client that does not keep to the protocol");
}

void conversation::server_said(bytes_view in, clock::time_point now) {
    if (given_up_) return;
    now_ = now;
    from_server_.feed(in);
    while (const auto m = from_server_.next()) {
        if (m->passed_over) give_up("a message that is longer than 256 MiB");
        if (given_up_) return;
        take_answer(*m);
    }
    if (from_server_.failure()) give_up("a server that does not keep to the protocol");
}

void conversation::ended(clock::time_point now) {
    now_ = now;
    if (given_up_) return;
    finish_portals();
    if (auto* use = running(); use != nullptr && use->copying_in()) {
        // A client that leaves its COPY: the server has taken nothing.
        use->end_copy_in(recorded_copy::ending::failed);
        use->end_result(recorded_result::ending::failed);
        if (executing_) finish(*executing_);
        else finish_query();
    } else if (query_ && query_->has_failed()) {
        finish_query();  // the error ended the session: no ReadyForQuery came
    } else if (!pending_.empty() && head() != asks::sync && !farewell_.empty()) {
        // Said before this was asked, it is what the client reads as the answer.
        take_error(farewell_);
        finish_query();
    } else if (!pending_.empty() && head() != asks::sync) {
        into_.lost("a request whose answer did not come before the connection's end");
    }
    record_all();
    given_up_ = true;
}

void conversation::give_up(const std::string& why) {
    if (given_up_) return;
    given_up_ = true;
    into_.lost("the rest of a session, after " + why);
    record_all();
    pending_.clear();
    executing_.reset();
    query_.reset();
    portals_.clear();
    statements_.clear();
}

bool conversation::malformed(std::error_code why) {
    if (why) give_up("a message that can't be read: " + why.message());
    return static_cast<bool>(why);
}

// What the client says.

void conversation::take_request(const wire::message_view& m) {
    auto* use = running();
    const bool copying = use != nullptr && use->copying_in();
    switch (m.tag) {
        case asks::copy_data:
        case asks::copy_done:
        case asks::copy_fail:
            if (copying) return take_copy_in(m.tag, m.body);
            if (pending_.empty()) return;  // the server passes over it
            break;                         // sent before the server has said that it wants it
        case asks::flush:
        case asks::terminate:
        case asks::password: return;
        case asks::sync:
            if (copying) return;  // the server does not answer it
            break;
        default:
            if (skipping_ && pending_.empty()) return;  // its Sync has not come
    }
    pending_bytes_ += m.body.size();
    if (pending_bytes_ > most_pending_bytes) return give_up("256 MiB of requests without an answer");
    pending_.push_back({.tag = m.tag, .body = {m.body.begin(), m.body.end()}, .at = now_});
}

void conversation::take_copy_in(char tag, bytes_view body) {
    auto& use = *running();
    if (tag == asks::copy_data) return use.add_copy_data(body);
    use.end_copy_in(tag == asks::copy_done ? recorded_copy::ending::done : recorded_copy::ending::failed);
}

// What was sent behind a COPY's request before the server asked for data. A Sync among it is passed over by the server.
void conversation::take_early_copy() {
    while (pending_.size() > 1 && running()->copying_in()) {
        const auto& next = pending_[1];
        if (is_of_copy(next.tag)) take_copy_in(next.tag, next.body);
        else if (next.tag != asks::sync) return;
        pending_bytes_ -= next.body.size();
        pending_.erase(pending_.begin() + 1);
    }
}

void conversation::pop() {
    pending_bytes_ -= pending_.front().body.size();
    pending_.pop_front();
    executing_.reset();
    if (is_of_copy(head())) pop();  // nobody wanted it
}

void conversation::drop_to_sync() {
    skipping_ = true;
    while (!pending_.empty() && head() != asks::sync) pop();
}

// The use that the server is answering.
open_use* conversation::running() {
    switch (head()) {
        case asks::execute: {
            if (!executing_) executing_ = executed_portal();
            return executing_ && !executing_->over ? &executing_->use : nullptr;
        }
        case asks::query:
            if (!query_) {
                wire::simple_query m{};
                if (malformed(wire::parse(pending_.front().body, m))) return nullptr;
                query_.emplace(into_, into_.statement(m.sql), pending_.front().at);
            }
            return &*query_;
        default: return nullptr;
    }
}

// Where words go that belong to no message.
answer* conversation::nearest() {
    if (auto* use = running()) return &use->given();
    return latest_ ? &latest_->given : &early_;
}

// Names.

void conversation::define_statement() {
    wire::received_parse m;
    if (malformed(wire::parse(pending_.front().body, m))) return;
    auto made = std::make_shared<heard_statement>();
    made->key = into_.statement(m.sql);
    made->parameters = std::move(m.parameter_types);
    statements_.put(m.statement, std::move(made));
}

bool conversation::bind_portal() {
    wire::received_bind m;
    if (malformed(wire::parse(pending_.front().body, m))) return true;
    leave_portal(m.portal);
    const auto statement = statements_.find(m.statement);
    if (!statement) return false;
    auto made = std::make_shared<heard_portal>(heard_portal{
        .statement = statement, .bind = pending_.front().body, .use = {into_, statement->key, pending_.front().at}});
    made->use.set_formats(m.result_formats);
    if (statement->columns) made->use.describe(*statement->columns, m.result_formats);
    portals_.put(m.portal, std::move(made));
    return true;
}

void conversation::close_named() {
    wire::close_message m{};
    if (malformed(wire::parse(pending_.front().body, m))) return;
    if (m.target == wire::target::statement) statements_.erase(m.name);
    else leave_portal(m.name);
}

std::shared_ptr<heard_portal> conversation::executed_portal() {
    wire::execute_message m{};
    if (wire::parse(pending_.front().body, m)) return nullptr;
    auto found = portals_.find(m.portal);
    if (found || m.portal.empty()) return found;
    auto statement = std::make_shared<heard_statement>();
    statement->key = into_.statement(execute_portal_text(m.portal, m.row_limit));
    return std::make_shared<heard_portal>(
        heard_portal{.statement = statement, .bind = {}, .use = {into_, statement->key, pending_.front().at}});
}

void conversation::leave_portal(std::string_view name) {
    if (const auto p = portals_.find(name); p && p->is_suspended()) finish(*p);
    portals_.erase(name);
}

// Ends.

void conversation::finish(heard_portal& p) {
    if (p.over) return;
    p.over = true;
    if (p.use.in_result()) p.use.end_result(recorded_result::ending::suspended);
    keep(p.key(into_.keys()), p.use.finish(now_), std::move(p.place));
}

void conversation::finish_query() {
    if (!query_) return;
    keep({.statement = query_->statement()}, query_->finish(now_));
    query_.reset();
}

// A transaction's end is its portals'.
void conversation::finish_portals() {
    for (const auto& [name, p] : portals_)
        if (p->is_suspended()) finish(*p);
    portals_.clear();
}

std::shared_ptr<place_in_order> conversation::take_place() {
    order_.push_back(std::make_shared<place_in_order>());
    const auto taken = order_.back();
    if (order_.size() > most_waiting_uses) {
        auto& first = *order_.front();
        if (first.over) record(first);
        first.lost = true;
        order_.pop_front();
    }
    return taken;
}

void conversation::keep(interaction_key key, answer given, std::shared_ptr<place_in_order> place) {
    prepend(early_, given);
    if (!place || place->lost) place = take_place();
    place->key = std::move(key);
    place->given = std::move(given);
    place->given.status = status_;
    place->over = true;
    latest_ = std::move(place);
}

// What the server says from now on still belongs to the latest use.
void conversation::rest() {
    if (latest_ && latest_->settled) into_.hold(latest_->key, this, [this] { let_go_of_latest(); });
}

void conversation::let_go_of_latest() {
    into_.let_go(this);
    latest_.reset();
    record_settled();
}

// What a portal that is still read stands in front of waits for it.
void conversation::record_settled() {
    while (!order_.empty() && order_.front()->settled && order_.front() != latest_) {
        record(*order_.front());
        order_.pop_front();
    }
}

void conversation::record_all() {
    for (const auto& use : order_)
        if (use->over) record(*use);
    into_.let_go(this);
    order_.clear();
    latest_.reset();
}

void conversation::record(place_in_order& use) { into_.to().add(session_, use.key, std::move(use.given)); }

}  // namespace howdah::sim
