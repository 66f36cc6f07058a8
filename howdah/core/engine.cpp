#include "howdah/core/engine.hpp"

#include <algorithm>
#include <utility>

#include "howdah/base/generated/sqlstates.hpp"
#include "howdah/wire/frontend.hpp"

namespace howdah::core {
namespace {

// A statement without parameters, rows or a name.
void serialize_command(std::string_view sql, bytes& out) {
    wire::serialize(wire::parse_message{.statement = {}, .sql = sql, .parameter_types = {}}, out);
    const auto bind = wire::begin_bind({.portal = {}, .statement = {}, .parameter_formats = {}, .parameters = 0}, out);
    (void)wire::end_bind(bind, {}, out);  // without values it is never too large
    wire::serialize(wire::execute_message{.portal = {}}, out);
}

// Most of what is given up behind others ends by itself soon after it is its turn: no cancel for that.
constexpr auto patience = std::chrono::milliseconds{50};

error closed_error() {
    return error{errc::connection_closed, "the connection was closed before the call had its answer"};
}

}  // namespace

engine::engine(engine_options options, driver& d)
    : options_{std::move(options)},
      driver_{d},
      session_{options_.session},
      cache_{options_.cache, options_.statements == statement_mode::prepare ? naming::named : naming::facts_only} {}

engine::~engine() {
    if (!closed_) lost(closed_error());
}

// The caller's side.

void engine::submit(operation& op, clock::time_point now) {
    now_ = now;
    op.engine_ = this;
    op.submitted_ = op.started_ = now;
    const auto timeout = op.options.timeout.value_or(options_.query_timeout);
    op.deadline_ = timeout.count() > 0 ? now + timeout : clock::time_point::max();
    if (closed_) return refuse(op, error{*closed_}.with_fate(fate::not_sent));
    if (op.lease != 0 &&
        (op.lease != holder_.id || holder_.ending || holder_.released || holder_.state == begin_state::failed))
        return refuse(op, error{errc::transaction_ended, "the transaction has ended: begin another one"});
    auto& behind = op.lease != 0 ? held_ : waiting_;
    if (behind.empty() && may_start(op)) return start(op);
    if (waiting_count_ >= options_.wait_queue)
        return refuse(op, error{errc::queue_full, "this connection has " + std::to_string(waiting_count_) +
                                                      " calls waiting: use a pool, or raise wait_queue"}
                              .at(phase::queue));
    op.state_ = operation::state::waiting;
    behind.push_back(op);
    ++waiting_count_;
}

void engine::refuse(operation& op, error why) {
    op.fail(std::move(why));
    op.state_ = operation::state::running;
    running_.push_back(op);
    if (op.lease == 0) ++shared_running_;
    finish(op);
}

lease_id engine::grant(std::string begin) {
    holder_ = {.id = ++last_lease_, .begin = std::move(begin)};
    return holder_.id;
}

bool engine::has_begun(lease_id lease) const noexcept {
    return holder_.id == lease && holder_.state != begin_state::to_send && holder_.state != begin_state::failed;
}

void engine::ending(const operation& op) noexcept {
    if (op.lease == holder_.id) holder_.ending = true;
}

void engine::release(lease_id lease) {
    if (lease == 0 || holder_.id != lease) return;
    holder_.released = true;
    const auto ended = error{errc::transaction_ended, "the transaction was given up while this call waited in it"};
    for (auto i = held_.begin(); i != held_.end();) {
        auto& op = *i++;
        if (op.state_ == operation::state::waiting) {
            op.fail(ended);
            finish(op);
        }
    }
    settle_lease();
    start_waiting();
    driver_.attention();
}

// Leases and turns.

bool engine::may_start(const operation& op) const noexcept {
    if (cancel_ != cancel_state::none || !session_.room_for_exchange()) return false;
    // Until BEGIN is confirmed nothing goes behind it: were it to fail, the next statement would autocommit.
    if (op.lease != 0) return op.lease == holder_.id && holder_.state != begin_state::sent;
    if (holder_.id != 0 || exclusive_running_) return false;
    return op.sharing == sharing::shared || shared_running_ == 0;
}

void engine::start(operation& op) {
    op.state_ = operation::state::running;
    op.started_ = now_;
    running_.push_back(op);
    if (op.lease == 0) {
        ++shared_running_;
        if (op.sharing == sharing::exclusive) exclusive_running_ = true;
    }
    observe::tell(options_.watcher.get(), query_start_event{.statement = op.text(), .process_id = options_.process_id});
    op.advance(*this);
}

void engine::start_waiting() {
    if (closed_) return;
    roll_back();
    for (auto i = held_.begin(); i != held_.end();) {
        auto& op = *i++;
        if (op.state_ == operation::state::running) {
            if (cancel_ != cancel_state::none) continue;
            op.unlink();
            running_.push_back(op);
            op.advance(*this);
        } else if (holder_.state == begin_state::failed) {
            op.fail(error{errc::transaction_ended, "BEGIN has failed, so nothing was sent behind it"});
            finish(op);
        } else if (may_start(op)) {
            op.unlink();
            --waiting_count_;
            start(op);
        }
    }
    while (!waiting_.empty() && may_start(waiting_.front())) {
        auto& op = waiting_.front();
        op.unlink();
        --waiting_count_;
        start(op);
    }
}

void engine::proceed(operation& op) {
    if (cancel_ == cancel_state::none) return op.advance(*this);
    op.unlink();
    held_.push_back(op);
}

void engine::leave_running(operation& op) noexcept {
    if (op.state_ == operation::state::waiting) --waiting_count_;
    if (op.state_ == operation::state::running && op.lease == 0) {
        --shared_running_;
        if (op.sharing == sharing::exclusive) exclusive_running_ = false;
    }
    op.unlink();
    op.engine_ = nullptr;
}

void engine::finish(operation& op) {
    session_.forget(op);
    leave_running(op);
    op.state_ = operation::state::done;
    done_.push_back(op);
    if (options_.watcher) {
        using std::chrono::duration_cast, std::chrono::microseconds;
        observe::tell(options_.watcher.get(),
                      query_end_event{.statement = op.text(),
                                      .process_id = options_.process_id,
                                      .queued = duration_cast<microseconds>(op.started_ - op.submitted_),
                                      .duration = duration_cast<microseconds>(now_ - op.started_),
                                      .failure = op.failure_ ? &*op.failure_ : nullptr});
    }
}

operation* engine::next_done() noexcept {
    if (done_.empty()) return nullptr;
    auto& op = done_.front();
    done_.pop_front();
    return &op;
}

void engine::abandon(operation& op) noexcept {
    stop_server_working_on(op);
    session_.forget(op);
    leave_running(op);
    op.state_ = operation::state::done;
    driver_.attention();
}

void engine::cancel(operation& op) {
    if (op.engine_ != this) return;
    const bool sent = op.state_ == operation::state::running && session_.was_sent(op);
    op.fail(error{
        errc::cancelled,
        sent ? "the call was cancelled while the server worked on it" : "the call was cancelled before it was sent",
        sent ? op.fate_when_lost() : fate::not_sent});
    stop_server_working_on(op);
    finish(op);
}

void engine::stop_server_working_on(const operation& op) noexcept {
    if (op.state_ != operation::state::running) return;
    if (op.sharing == sharing::exclusive && op.lease == 0) adopt_transaction();  // a script may have begun one
    if (session_.head() == &op && session_.was_sent(op) && cancel_ == cancel_state::none)
        cancel_ = cancel_state::wanted;
}

bool engine::waits_for_caller(const operation& op) const noexcept {
    return op.state_ == operation::state::waiting && session_.in_flight() == 0 && running_.empty() &&
           session_.pending_output().empty();
}

// Exchanges.

bytes& engine::open_exchange(operation& op) {
    const bool begins = op.lease != 0 && holder_.state == begin_state::to_send;
    session_.begin(&op, begins ? 1 : 0);
    auto& out = session_.output();
    closing_ = cache_.take_closed();
    for (const auto& name : closing_)
        wire::serialize(wire::close_message{.target = wire::target::statement, .name = name}, out);
    if (begins) {
        serialize_command(holder_.begin, out);
        holder_.state = begin_state::sent;
    }
    return out;
}

void engine::close_exchange() {
    closing_.clear();
    session_.end();
}

void engine::take_back_exchange(operation& op) {
    session_.take_back();
    cache_.give_back_closed(std::exchange(closing_, {}));
    if (op.lease != 0 && holder_.state == begin_state::sent) holder_.state = begin_state::to_send;
}

std::error_code engine::refuse_copy_in(const operation& op) {
    if (!session_.is_last(op)) return errc::protocol_violation;
    (void)refuse_simple_copy_in();
    wire::serialize(wire::sync_message{}, session_.output());  // the server has swallowed the one that came before
    return {};
}

std::error_code engine::refuse_simple_copy_in() {
    wire::serialize(wire::copy_fail{.reason = "no data for COPY FROM STDIN"}, session_.output());
    return {};
}

// What the server says.

bool engine::process(clock::time_point now) {
    now_ = now;
    for (auto e = session_.next_event(); e.what != wire::event::kind::need_input; e = session_.next_event()) {
        if (const auto failed = dispatch(e)) {
            return retire(
                error{failed, "closed the connection to " + options_.host + ": " + failed.message(), fate::unknown});
        }
    }
    watch_head();
    start_waiting();
    return !closed_;
}

std::error_code engine::dispatch(const wire::event& e) {
    using enum wire::event::kind;
    switch (e.what) {
        case need_input: return {};
        case rows:
            if (e.to == &rollback_ || e.to == &fence_) return errc::protocol_violation;
            return static_cast<operation*>(e.to)->rows(*this, e.data, e.rows);
        case message: return dispatch_message(e);
        case prelude_done: holder_.state = begin_state::confirmed; return {};
        case ready: return dispatch_ready(e);
        case notice: dispatch_notice(e.data); return {};
        case notification: return {};
        case parameter: return dispatch_parameter(e.data);
        case unsolicited: {
            server_message m;
            if (wire::parse(e.data, m)) return errc::protocol_violation;
            leaving_.emplace(std::move(m), fate::not_sent);
            return {};
        }
        case violation: return session_.failure();
    }
    return errc::protocol_violation;
}

std::error_code engine::dispatch_message(const wire::event& e) {
    if (e.tag == wire::tag::error_response) {
        server_message m;
        if (wire::parse(e.data, m)) return errc::protocol_violation;
        dispatch_error(e, std::move(m));
        return {};
    }
    if (e.tag == wire::tag::close_complete || e.to == &rollback_ || e.to == &fence_) return {};
    if (e.to == nullptr) return errc::protocol_violation;  // CopyInResponse, and its caller is gone
    return static_cast<operation*>(e.to)->message(*this, e.tag, e.data);
}

void engine::dispatch_error(const wire::event& e, server_message&& m) {
    const bool fatal = m.severity == "FATAL" || m.severity == "PANIC";
    if (fatal) leaving_.emplace(m, fate::not_sent);
    if (e.in_prelude) holder_.state = begin_state::failed;
    if (e.to == nullptr || e.to == &rollback_ || e.to == &fence_) return;
    auto& op = *static_cast<operation*>(e.to);
    if (m.code == query_canceled) {
        if (op.timed_out_) {
            op.fail(timeout_error(op, fate::rejected));
        } else if (cancel_ != cancel_state::none && op.lease == 0 && !op.resent_ && op.may_be_resent()) {
            op.resent_ = op.resend_when_ready_ = true;
            return;
        }
    }
    // The server may have committed before it broke off, unless a transaction was still open.
    if (fatal) {
        const auto lost = op.fate_when_lost();
        op.fail(error{m, op.lease != 0 && lost == fate::unknown ? fate::rejected : lost});
    }
    op.rejected(*this, std::move(m));
}

std::error_code engine::dispatch_ready(const wire::event& e) {
    unwanted_until_ = clock::time_point::max();
    unwanted_cancelled_ = false;
    settle_lease();
    if (e.to == &fence_) {
        cancel_ = cancel_state::none;
        return {};
    }
    if (e.to != nullptr && e.to != &rollback_) {
        auto& op = *static_cast<operation*>(e.to);
        if (std::exchange(op.resend_when_ready_, false)) {
            op.restart();
            proceed(op);
        } else {
            op.ready(*this);
            if (op.failure() && op.failure()->code() == errc::protocol_violation) return errc::protocol_violation;
        }
    }
    const bool stray = holder_.id == 0 && !exclusive_running_ && session_.in_flight() == 0 &&
                       session_.status() != wire::transaction_status::idle;
    if (stray) adopt_transaction();
    return {};
}

// A transaction that may be open, and that nobody would end, becomes a lease that nobody holds.
void engine::adopt_transaction() noexcept {
    holder_ = {.id = ++last_lease_, .begin = {}, .state = begin_state::confirmed, .released = true};
}

std::error_code engine::dispatch_parameter(bytes_view body) {
    wire::parameter_status p;
    if (parse(body, p)) return errc::protocol_violation;
    options_.parameters.insert_or_assign(std::string{p.name}, std::string{p.value});
    if (p.name == "client_encoding" && p.value != "UTF8") return errc::encoding_changed;
    return {};
}

void engine::dispatch_notice(bytes_view body) {
    server_message m;
    if (!options_.watcher || wire::parse(body, m)) return;
    observe::tell(options_.watcher.get(), notice_event{.notice = m, .process_id = options_.process_id});
}

// A lease ends when its transaction is over, and nothing of it is in flight.
void engine::settle_lease() {
    if (holder_.released && holder_.state == begin_state::to_send) holder_ = {};
    if (holder_.id == 0 || session_.in_flight() != 0) return;
    const bool over = holder_.ending || holder_.released;
    if (over && session_.status() == wire::transaction_status::idle) holder_ = {};
}

void engine::roll_back() {
    if (!holder_.released || holder_.rolling_back || holder_.ending || cancel_ != cancel_state::none) return;
    holder_.rolling_back = true;
    session_.begin(&rollback_);
    wire::serialize(wire::simple_query{.sql = "rollback"}, session_.output());
    session_.end();
}

// The end.

bool engine::retire(error why) {
    lost(std::move(why));
    return false;
}

void engine::lost(error why) {
    if (closed_) return;
    if (leaving_ && why.code() != errc::timed_out) why = *leaving_;
    closed_.emplace(std::move(why));
    give_up(running_, *closed_);
    give_up(held_, *closed_);
    give_up(waiting_, *closed_);
    holder_ = {};
    cancel_ = cancel_state::none;
}

void engine::give_up(queue& q, const error& why) {
    while (!q.empty()) {
        auto& op = q.front();
        const bool sent = op.state_ == operation::state::running && session_.was_sent(op);
        op.fail(error{why}.with_fate(sent ? op.fate_when_lost() : fate::not_sent));
        finish(op);
    }
}

// Time.

clock::time_point engine::next_deadline() const noexcept {
    auto earliest = unwanted_until_;
    for (const auto* q : {&running_, &held_, &waiting_})
        for (const auto& op : *q) earliest = std::min(earliest, op.deadline_);
    return earliest;
}

bool engine::expire(clock::time_point now) {
    now_ = now;
    expire(running_, now);
    expire(held_, now);
    expire(waiting_, now);
    if (!closed_) watch_head();
    if (!closed_ && unwanted_until_ <= now) cancel_unwanted_head(now);
    if (!closed_) start_waiting();
    return !closed_;
}

void engine::expire(queue& q, clock::time_point now) {
    for (auto i = q.begin(); i != q.end() && !closed_;) {
        auto& op = *i++;
        if (op.deadline_ <= now) time_out(op, now);
    }
}

void engine::time_out(operation& op, clock::time_point now) {
    if (op.state_ == operation::state::waiting) {
        op.fail(timeout_error(op, fate::not_sent).at(phase::queue));
        finish(op);
    } else if (op.timed_out_) {
        retire(
            timeout_error(op, fate::unknown)
                .prefixed("the server did not end a cancelled call within cancel_grace, the connection is closed: "));
    } else if (session_.head() == &op && cancel_ == cancel_state::none) {
        cancel_ = cancel_state::wanted;
        op.timed_out_ = true;
        op.deadline_ = now + options_.cancel_grace;
    } else {  // a cancel would hit whoever is at the head
        op.fail(timeout_error(op, op.fate_when_lost()));
        finish(op);
    }
}

void engine::watch_head() noexcept {
    if (!head_is_unwanted()) {
        unwanted_until_ = clock::time_point::max();
    } else if (unwanted_until_ == clock::time_point::max()) {
        unwanted_until_ = now_ + patience;
    }
}

void engine::cancel_unwanted_head(clock::time_point now) {
    if (unwanted_cancelled_) {
        retire(error{errc::timed_out,
                     "the server did not end a call that was given up within cancel_grace: the "
                     "connection is closed",
                     fate::unknown});
        return;
    }
    if (cancel_ == cancel_state::none) {
        cancel_ = cancel_state::wanted;
        unwanted_cancelled_ = true;
    }
    unwanted_until_ = now + options_.cancel_grace;
}

error engine::timeout_error(const operation& op, enum fate f) const {
    using std::chrono::duration_cast, std::chrono::microseconds, std::chrono::milliseconds;
    phase_times times{};
    const auto began = op.state_ == operation::state::waiting ? now_ : op.started_;
    times[static_cast<std::size_t>(phase::queue)] = duration_cast<microseconds>(began - op.submitted_);
    times[static_cast<std::size_t>(phase::query)] = duration_cast<microseconds>(now_ - began);
    auto words = "timed out after " + std::to_string(duration_cast<milliseconds>(now_ - op.submitted_).count()) +
                 " ms: " + std::to_string(duration_cast<milliseconds>(began - op.submitted_).count()) +
                 " ms waiting for the connection, " +
                 std::to_string(duration_cast<milliseconds>(now_ - began).count()) + " ms running";
    return error{errc::timed_out, std::move(words), f}.at(phase::query).with_times(times).from_host(options_.host);
}

void engine::cancel_ended() {
    if (cancel_ != cancel_state::sent || closed_) return;
    cancel_ = cancel_state::fenced;
    session_.begin(&fence_);
    wire::serialize(wire::sync_message{}, session_.output());
    session_.end();
}

}  // namespace howdah::core
