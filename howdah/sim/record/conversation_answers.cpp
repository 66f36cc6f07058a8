#include <algorithm>
#include <utility>

#include "howdah/sim/portal_requests.hpp"
#include "howdah/sim/record/conversation.hpp"

namespace howdah::sim {
namespace {

namespace asked = wire::frontend_tag;
namespace answered = wire::tag;

constexpr char function_call_response = 'V';

}  // namespace

void conversation::take_answer(const wire::message_view& m) {
    switch (m.tag) {
        case answered::data_row:
        case answered::copy_data:
        case answered::copy_done:
        case answered::copy_in_response:
        case answered::copy_out_response: return take_rows_or_copy(m.tag, m.body);
        case answered::parameter_description:
        case answered::row_description:
        case answered::no_data: return take_description(m.tag, m.body);
        case answered::notice_response:
        case answered::notification_response:
        case answered::parameter_status: return take_aside(m.tag, m.body);
        case answered::error_response: return take_error(m.body);
        case answered::ready_for_query: return take_ready(m.body);
        case answered::copy_both_response: return give_up("replication");
        case function_call_response: return into_.lost("a function call (the protocol's F message)");
        default: return take_completion(m.tag, m.body);
    }
}

void conversation::take_completion(char tag, bytes_view body) {
    auto* use = running();
    const bool is_query = head() == asked::query;
    switch (tag) {
        case answered::parse_complete:
            if (head() == asked::parse) define_statement();
            break;
        case answered::bind_complete:
            if (head() == asked::bind && !bind_portal()) into_.lost("a use of a statement that SQL has prepared");
            break;
        case answered::close_complete:
            if (head() == asked::close) close_named();
            break;
        case answered::command_complete: {
            wire::command_complete m{};
            if (malformed(wire::parse(body, m))) return;
            if (use != nullptr) use->end_result(recorded_result::ending::complete, m.command_tag);
            if (!is_query && use != nullptr) finish(*executing_);
            break;
        }
        case answered::empty_query_response:
            if (use != nullptr) use->end_result(recorded_result::ending::empty);
            if (!is_query && use != nullptr) finish(*executing_);
            break;
        case answered::portal_suspended:
            if (use == nullptr) break;
            if (executing_->is_made_by_sql()) finish(*executing_);
            else if (!executing_->place) executing_->place = take_place();
            break;
        default: return give_up("a message of an unknown kind from the server");
    }
    // A Query ends with ReadyForQuery; every other request with its one answer.
    if (!is_query && !pending_.empty() && !given_up_) pop();
}

void conversation::take_description(char tag, bytes_view body) {
    if (tag == answered::parameter_description) {
        wire::parameter_description m;
        if (malformed(wire::parse(body, m))) return;
        described_types_ = std::move(m.types);
        return;
    }
    std::optional<std::vector<recorded_column>> columns;
    std::vector<format> formats;
    if (tag == answered::row_description) {
        wire::row_description m;
        if (malformed(wire::parse(body, m))) return;
        columns = columns_of(m);
        for (const auto& f : m.fields) formats.push_back(f.format);
    }
    if (auto* use = running(); use != nullptr && head() == asked::query) {
        if (columns) use->describe(*std::move(columns), std::move(formats));
        return;
    }
    if (head() != asked::describe) return;
    wire::describe_message m{};
    if (malformed(wire::parse(pending_.front().body, m))) return;
    if (m.target == wire::target::portal) {
        take_portal_description(m.name, std::move(columns), std::move(formats));
    } else if (const auto s = statements_.find(m.name)) {
        s->parameters = std::exchange(described_types_, {});
        s->columns = columns;
        into_.to().describe(*s->key, {.parameters = s->parameters, .columns = std::move(columns)});
    }
    pop();
}

void conversation::take_portal_description(std::string_view name, std::optional<std::vector<recorded_column>> columns,
                                           std::vector<format> formats) {
    if (const auto p = portals_.find(name)) {
        if (!columns) return;
        p->statement->columns = columns;
        p->use.describe(*std::move(columns), std::move(formats));
        return;
    }
    const auto key = into_.statement(describe_portal_text(name));
    open_use use{into_, key, pending_.front().at};
    if (columns) use.describe(*std::move(columns), std::move(formats));
    use.end_result(recorded_result::ending::complete);
    keep({.statement = *key}, use.finish(now_));
}

void conversation::take_rows_or_copy(char tag, bytes_view body) {
    auto* use = running();
    if (use == nullptr) return;
    switch (tag) {
        case answered::data_row: (void)malformed(use->add_row(body)); return;
        case answered::copy_data: use->add_copy_data(body); return;
        case answered::copy_in_response:
        case answered::copy_out_response: break;
        default: return;  // CopyDone: CommandComplete says the same
    }
    wire::copy_response m{};
    if (malformed(wire::parse(body, m))) return;
    const bool in = tag == answered::copy_in_response;
    use->begin_copy(in ? recorded_copy::direction::in : recorded_copy::direction::out, m);
    if (in) take_early_copy();
}

void conversation::take_aside(char tag, bytes_view body) {
    auto* to = nearest();
    if (given_up_) return;
    if (tag == answered::notice_response) {
        server_message m;
        if (!malformed(wire::parse(body, m))) to->notices.push_back(std::move(m));
    } else if (tag == answered::notification_response) {
        wire::notification m{};
        if (!malformed(wire::parse(body, m)))
            to->notifications.push_back({.channel = std::string{m.channel}, .payload = std::string{m.payload}});
    } else {
        wire::parameter_status m{};
        if (!malformed(wire::parse(body, m))) to->parameters.emplace_back(m.name, m.value);
    }
}

void conversation::take_error(bytes_view body) {
    server_message why;
    if (malformed(wire::parse(body, why))) return;
    const auto refuse_statement = [&](const std::shared_ptr<const statement_key>& key, refused_at where) {
        open_use use{into_, key, pending_.front().at};
        use.fail(std::move(why), where);
        keep({.statement = *key}, use.finish(now_));
    };
    switch (head()) {
        case asked::query:
            if (auto* use = running()) use->fail(std::move(why), refused_at::execute);
            return;
        case asked::parse: {
            wire::received_parse m;
            if (malformed(wire::parse(pending_.front().body, m))) return;
            refuse_statement(into_.statement(m.sql), refused_at::parse);
            break;
        }
        case asked::bind: {
            (void)bind_portal();  // the server may know no such name either
            wire::received_bind m;
            if (malformed(wire::parse(pending_.front().body, m))) return;
            if (const auto p = portals_.find(m.portal)) {
                p->use.fail(std::move(why), refused_at::bind);
                finish(*p);
                portals_.erase(m.portal);
            }
            break;
        }
        case asked::describe: {
            wire::describe_message m{};
            if (malformed(wire::parse(pending_.front().body, m))) return;
            if (m.target == wire::target::statement) {
                if (const auto s = statements_.find(m.name)) refuse_statement(s->key, refused_at::describe);
            } else if (const auto p = portals_.find(m.name)) {
                if (p->over) break;
                p->use.fail(std::move(why), refused_at::describe);
                finish(*p);
            } else {
                refuse_statement(into_.statement(describe_portal_text(m.name)), refused_at::describe);
            }
            break;
        }
        case asked::execute:
            if (auto* use = running()) {
                use->fail(std::move(why), refused_at::execute);
                finish(*executing_);
            }
            break;
        case asked::sync:  // the implicit transaction's end: a deferred constraint
            if (latest_ && !latest_->settled) latest_->given.error = std::move(why);
            return;
        case asked::function_call: return;
        default: farewell_.assign(body.begin(), body.end()); break;  // nobody asked: the server is going away
    }
    if (!pending_.empty()) drop_to_sync();
}

void conversation::take_ready(bytes_view body) {
    wire::ready_for_query m{};
    if (malformed(wire::parse(body, m))) return;
    status_ = m.status;
    if (head() == asked::query) finish_query();
    if (head() == asked::sync || head() == asked::function_call || head() == asked::query) pop();
    skipping_ = false;
    if (status_ == wire::transaction_status::idle) finish_portals();
    for (const auto& use : order_)
        if (use->over && !use->settled) {
            use->given.status = status_;
            use->settled = true;
        }
    rest();
    record_settled();
}

}  // namespace howdah::sim
