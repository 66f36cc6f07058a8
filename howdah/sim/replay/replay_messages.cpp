// The messages of the extended protocol, and Query.
#include <algorithm>
#include <string>
#include <utility>

#include "howdah/sim/portal_requests.hpp"
#include "howdah/sim/replay/replay_session.hpp"
#include "howdah/sim/replay/row_encoding.hpp"
#include "howdah/wire/backend.hpp"
#include "howdah/wire/backend_writing.hpp"

namespace howdah::sim {
namespace {

constexpr const char* malformed = "invalid message format";

std::string quoted(std::string_view name) { return '"' + std::string{name} + '"'; }

void append_columns(const std::optional<std::vector<recorded_column>>& columns, const std::vector<format>& formats,
                    bytes& out) {
    if (columns) append_description(*columns, formats, out);
    else wire::serialize_empty(wire::tag::no_data, out);
}

/// The first result's, as a portal has one.
std::optional<std::vector<recorded_column>> columns_of(const answer* a) {
    return a == nullptr || a->results.empty() ? std::nullopt : a->results.front().columns;
}

}  // namespace

void replay_session::take_simple_query(bytes_view body) {
    wire::simple_query m;
    if (wire::parse(body, m)) return violate(malformed);
    is_query_ = true;
    statements_.erase(std::string{});
    portals_.erase(std::string{});
    const auto what = from_->statement(m.sql);
    const replay_request asked{*what, {}};
    if (!refused_in_failed_transaction(asked)) start(what, asked, execution::shape::query, {});
}

void replay_session::take_parse(bytes_view body) {
    if (wire::parse(body, parse_)) return violate(malformed);
    if (!parse_.statement.empty() && statements_.contains(parse_.statement))
        return fail("42P05", "prepared statement " + quoted(parse_.statement) + " already exists");
    const auto what = from_->statement(parse_.sql);
    const replay_request asked{*what, {}};
    if (refused_in_failed_transaction(asked) || refused_at(asked, sim::refused_at::parse)) return;
    statements_.insert_or_assign(std::string{parse_.statement}, prepared{what, parse_.parameter_types});
    wire::serialize_empty(wire::tag::parse_complete, output_);
}

oid replay_session::parameter_type(const prepared& s, std::size_t i) const {
    if (i < s.types.size() && s.types[i] != oid{}) return s.types[i];
    const auto& facts = s.statement->facts;
    return facts && i < facts->parameters.size() ? facts->parameters[i] : oid{};
}

void replay_session::take_bind(bytes_view body) {
    if (wire::parse(body, bind_)) return violate(malformed);
    const auto of = statements_.find(bind_.statement);
    if (of == statements_.end())
        return fail("26000", bind_.statement.empty()
                                 ? std::string{"unnamed prepared statement does not exist"}
                                 : "prepared statement " + quoted(bind_.statement) + " does not exist");
    if (!bind_.portal.empty() && portals_.contains(bind_.portal))
        return fail("42P03", "cursor " + quoted(bind_.portal) + " already exists");
    auto found = portals_.find(bind_.portal);
    if (found == portals_.end()) found = portals_.emplace(std::string{bind_.portal}, portal{}).first;
    auto& made = found->second;
    made.statement = of->second.statement;
    made.recorded.reset();
    made.running.reset();
    made.result_formats = bind_.result_formats;
    made.values.assign(body.begin(), body.end());
    made.parameters.clear();
    for (std::size_t i = 0; i < bind_.values.size(); ++i) {
        const auto& value = bind_.values[i];
        const auto at = value ? static_cast<std::size_t>(value->data() - body.data()) : 0;
        made.parameters.push_back({.data = value ? bytes_view{made.values}.subspan(at, value->size()) : bytes_view{},
                                   .type = parameter_type(of->second, i),
                                   .format = wire::format_of(bind_.parameter_formats, i),
                                   .is_null = !value});
    }
    const replay_request asked{*made.statement, made.parameters, &made.recorded};
    if (refused_in_failed_transaction(asked) || refused_at(asked, sim::refused_at::bind)) return;
    wire::serialize_empty(wire::tag::bind_complete, output_);
}

void replay_session::take_describe(bytes_view body) {
    wire::describe_message m;
    if (wire::parse(body, m)) return violate(malformed);
    if (m.target == wire::target::statement) {
        const auto found = statements_.find(m.name);
        if (found == statements_.end())
            return fail("26000", "prepared statement " + quoted(m.name) + " does not exist");
        return describe_statement(found->second);
    }
    const auto found = portals_.find(m.name);
    if (found == portals_.end()) return describe_portal_of_sql(m.name);
    describe_portal(found->second);
}

void replay_session::describe_portal_of_sql(std::string_view name) {
    const auto what = from_->statement(describe_portal_text(name));
    const replay_request asked{*what, {}};
    if (refused_in_failed_transaction(asked)) return;
    const auto found = from_->next(track_, asked, replayer::transaction::healthy);
    if (found.refusal) return fail(*found.refusal);
    if (found.what->error) return fail(*found.what->error);
    append_columns(columns_of(found.what), {}, output_);
}

void replay_session::describe_statement(const prepared& s) {
    if (refused_at({*s.statement, {}}, sim::refused_at::describe)) return;
    const auto facts = from_->describe(*s.statement);
    if (!facts) return refuse_description({*s.statement, {}});
    wire::parameter_description parameters;
    for (std::size_t i = 0; i < std::max(facts->parameters.size(), s.types.size()); ++i) {
        const auto type = parameter_type(s, i);
        parameters.types.push_back(type == oid{} && i < facts->parameters.size() ? facts->parameters[i] : type);
    }
    wire::serialize(parameters, output_);
    // One text may have other columns later: FETCH of another cursor, a table that was made anew.
    const auto next = parameters.types.empty() ? from_->peek(track_, {*s.statement, {}}) : found_answer{};
    const auto columns = columns_of(next.what);
    append_columns(columns ? columns : facts->columns, {}, output_);
}

void replay_session::describe_portal(portal& p) {
    const replay_request asked{*p.statement, p.parameters, &p.recorded};
    const auto found = from_->peek(track_, asked);
    const auto columns = columns_of(found.what);
    if (const auto& facts = p.statement->facts; !columns && facts && facts->columns)
        return append_columns(facts->columns, p.result_formats, output_);
    const bool is_known = found.what != nullptr && (columns || !found.what->error);
    if (!is_known && !p.statement->effect.can_be_modelled()) return refuse_description(asked);
    append_columns(columns, p.result_formats, output_);
}

/// What has only ever failed fails where it would be described.
void replay_session::refuse_description(const replay_request& asked) {
    const auto found = from_->next(track_, asked, replayer::transaction::healthy);
    fail(found.what != nullptr && found.what->error ? *found.what->error
         : found.refusal
             ? *found.refusal
             : from_->refuse(asked.what, replay_unmatched, "replay: nothing recorded describes this statement", {}));
}

void replay_session::take_execute(bytes_view body) {
    wire::execute_message m;
    if (wire::parse(body, m)) return violate(malformed);
    const auto found = portals_.find(m.portal);
    if (found == portals_.end()) return execute_portal_of_sql(m);
    auto& p = found->second;
    const replay_request asked{*p.statement, p.parameters, &p.recorded};
    if (refused_in_failed_transaction(asked)) return;
    if (p.running && p.running->over()) return fail("55000", "portal " + quoted(m.portal) + " cannot be run");
    if (p.running) {
        running_ = p.running;
        state_ = state::playing;
    } else {
        if (!start(p.statement, asked, execution::shape::portal, p.result_formats)) return;  // the portal is gone
        p.running = running_;
    }
    running_->begin_part(m.row_limit);
}

void replay_session::execute_portal_of_sql(const wire::execute_message& m) {
    const auto what = from_->statement(execute_portal_text(m.portal, m.row_limit));
    const replay_request asked{*what, {}};
    if (refused_in_failed_transaction(asked)) return;
    if (start(what, asked, execution::shape::portal, {})) running_->begin_part(m.row_limit);
}

void replay_session::take_close(bytes_view body) {
    wire::close_message m;
    if (wire::parse(body, m)) return violate(malformed);
    if (m.target == wire::target::statement) {
        if (const auto found = statements_.find(m.name); found != statements_.end()) statements_.erase(found);
    } else if (const auto found = portals_.find(m.name); found != portals_.end()) {
        portals_.erase(found);
    }
    wire::serialize_empty(wire::tag::close_complete, output_);
}

}  // namespace howdah::sim
