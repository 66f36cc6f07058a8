#include "howdah/sim/replay/replay_session.hpp"

#include <utility>

#include "howdah/sim/replay/reported_parameters.hpp"
#include "howdah/wire/backend_writing.hpp"
#include "howdah/wire/frame.hpp"

namespace howdah::sim {

replay_session::replay_session(std::shared_ptr<replayer> from)
    : from_{std::move(from)},
      session_{{}},
      messages_{wire::message_splitter::begins_with::message, wire::largest_message} {}

void replay_session::greet(std::string_view user, const std::vector<std::pair<std::string, std::string>>& startup,
                           const wire::backend_key_data& key) {
    auto reported = reported_parameters(from_->tape().about(), user, startup);
    wire::serialize(wire::authentication{.what = wire::authentication::kind::ok, .payload = {}}, output_);
    for (const auto& [name, value] : reported) wire::serialize(wire::parameter_status{name, value}, output_);
    wire::serialize(key, output_);
    session_ = session_state{std::move(reported)};
    ready();
}

replay_session::progress replay_session::advance() {
    for (;;) {
        if (cut_at_ && output_.size() >= *cut_at_) {
            output_.resize(*cut_at_);
            state_ = state::over;
        }
        if (state_ == state::over) return progress::over;
        if (state_ == state::waiting) return progress::wait;
        if (output_.size() >= output_at_once) return progress::more_output;
        try {
            if (state_ == state::playing) {
                play();
            } else if (const auto m = messages_.next()) {
                take(*m);
            } else if (messages_.failure()) {
                violate("invalid message length");
            } else {
                return progress::need_input;
            }
        } catch (const error& e) {
            fail(replay_damaged.text(), std::string{"replay: "} + e.what());
        }
    }
}

bytes_view replay_session::output() const noexcept { return bytes_view{output_}.subspan(written_); }

void replay_session::written(std::size_t n) noexcept {
    written_ += n;
    if (written_ < output_.size()) return;
    if (cut_at_) *cut_at_ -= output_.size();
    output_.clear();
    written_ = 0;
}

void replay_session::waited() {
    if (state_ != state::waiting) return;
    state_ = state::playing;
    waited_ += std::exchange(delay_, {});
    if (after_delay_) fail(*std::exchange(after_delay_, std::nullopt));
}

void replay_session::cancel() {
    if (state_ != state::waiting) return;
    state_ = state::playing;
    delay_ = {};
    after_delay_.reset();
    fail("57014", "canceling statement due to user request");
}

void replay_session::fail(std::string_view code, std::string message) {
    server_message why;
    why.severity = "ERROR";
    why.code = sqlstate{code};
    why.message = std::move(message);
    fail(why);
}

void replay_session::fail(const server_message& why) {
    wire::serialize_error(why, output_);
    session_.fail();
    running_.reset();
    portals_.clear();
    state_ = state::ready;
    if (why.severity == "FATAL" || why.severity == "PANIC") state_ = state::over;
    else if (is_query_) ready();
    else skipping_ = true;
}

void replay_session::violate(std::string message) {
    server_message why;
    why.severity = "FATAL";
    why.code = sqlstate{"08P01"};
    why.message = std::move(message);
    fail(why);
}

void replay_session::ready() {
    for (const auto& [name, value] : to_report_) wire::serialize(wire::parameter_status{name, value}, output_);
    for (const auto& n : to_notify_)
        wire::serialize(wire::notification{.process_id = 0, .channel = n.channel, .payload = n.payload}, output_);
    to_report_.clear();
    to_notify_.clear();
    wire::serialize(wire::ready_for_query{session_.status()}, output_);
    is_query_ = false;
    state_ = state::ready;
}

void replay_session::take_sync() {
    skipping_ = false;
    if (session_.status() == wire::transaction_status::idle) portals_.clear();
    ready();
}

void replay_session::take(const wire::message_view& m) {
    namespace tag = wire::frontend_tag;
    if (m.passed_over) return violate("a message is too large");
    if (m.tag == tag::terminate) {
        state_ = state::over;
        return;
    }
    if (state_ == state::copying_in) return take_copy(m);
    if (m.tag == tag::sync) return take_sync();
    if (skipping_) return;
    switch (m.tag) {
        case tag::query: return take_simple_query(m.body);
        case tag::parse: return take_parse(m.body);
        case tag::bind: return take_bind(m.body);
        case tag::describe: return take_describe(m.body);
        case tag::execute: return take_execute(m.body);
        case tag::close: return take_close(m.body);
        case tag::flush:
        case tag::copy_data:  // on its way while COPY was refused
        case tag::copy_done:
        case tag::copy_fail: return;
        case tag::function_call: is_query_ = true; return fail("0A000", "replay: function calls are not recorded");
        default: return violate("invalid frontend message type");
    }
}

}  // namespace howdah::sim
