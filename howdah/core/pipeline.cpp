#include "howdah/core/pipeline.hpp"

#include <algorithm>
#include <utility>

#include "howdah/core/engine.hpp"
#include "howdah/wire/frontend.hpp"

namespace howdah::core {
namespace {

// A portal that no one has: an error, so that the Sync behind it commits nothing.
constexpr std::string_view nobody = "howdah_nobody";

}  // namespace

// Of several parts some may have been committed, so that it can't be sent again.
pipeline_call::pipeline_call(step_list& steps, const std::vector<std::size_t>& syncs, enum purpose why) noexcept
    : steps_{steps}, syncs_{syncs}, purpose_{why} {
    const auto calls = [](const auto& s) { return s->content().text().kind() == statement_kind::call; };
    if (part_end(0) != steps_.size() || std::ranges::any_of(steps_, calls)) sharing = core::sharing::exclusive;
}

pipeline_call::~pipeline_call() { abandon(); }  // here, where leave() is still this class's

// What travels.

// False: no step needs it.
template <class Needs>
bool pipeline_call::begin_lookup(Needs&& needs) {
    std::vector<oid> types;
    for (const auto& s : steps_)
        if (auto& content = s->content(); !s->failure && needs(content))
            types.insert(types.end(), content.unresolved().begin(), content.unresolved().end());
    if (!types.empty()) lookup_ = std::make_unique<type_lookup>(std::move(types));
    return lookup_ != nullptr;
}

void pipeline_call::advance(engine& e) {
    if (lookup_) return look_up(e);
    if (state_ == state::fresh) {
        if (steps_.empty()) return e.finish(*this);
        begin_anew();
        if (!check(e)) return end(e);
        state_ = state::describing;
    }
    if (state_ == state::describing) {
        if (describe(e)) return;
        if (purpose_ == purpose::prepare) return e.finish(*this);
        state_ = state::executing;
        at_ = 0;
        const auto needs = [&](statement& s) {
            return s.uses_catalog() && s.next_step(e, said()) == statement::step::look_up;
        };
        if (begin_lookup(needs)) return look_up(e);
    }
    execute(e);
}

void pipeline_call::begin_anew() noexcept {
    for (const auto& s : steps_) {  // it may have run before
        s->content().restart();
        s->answered = false;
        s->failure.reset();
    }
}

void pipeline_call::interrupted(engine& e) {
    if (!open_) return;
    wire::serialize(wire::sync_message{}, e.output_of(*this));
    open_ = false;
    e.has_ended(*this);
}

void pipeline_call::restart() noexcept {
    if (lookup_) return lookup_->restart();
    begin_anew();
    to_describe_ = at_ = part_ = written_ = 0;
    state_ = state::fresh;
}

// Steps that nobody has told what became of them.
void pipeline_call::concluded() {
    if (!failure()) return;
    const bool sent = state_ == state::executing && failure()->fate() != fate::not_sent;
    for (std::size_t i = 0; i < steps_.size(); ++i) {
        auto& s = *steps_[i];
        if (s.answered || s.failure) continue;
        const bool may_be_done = sent && i < written_;
        s.failure.emplace(errc::pipeline_aborted,
                          may_be_done ? "the pipeline ended before the answer to this step came"
                                      : "the pipeline ended before this step was sent",
                          may_be_done ? fate::unknown : fate::not_sent);
    }
}

bool pipeline_call::check(engine& e) {
    if (e.options().statements == statement_mode::simple) {
        fail_at(0, error{errc::wrong_statement_kind, "statement_mode simple has no pipelines; use run_script"});
        return false;
    }
    for (std::size_t i = 0; i < steps_.size(); ++i)
        if (auto refused = steps_[i]->content().check(e)) {
            fail_at(i, std::move(*refused));
            return false;
        }
    return true;
}

// False: nothing is left to be described.
bool pipeline_call::describe(engine& e) {
    described_.clear();
    at_ = 0;
    bytes* out = nullptr;
    std::size_t begun_at = 0;
    for (; to_describe_ < steps_.size(); ++to_describe_) {
        auto& s = steps_[to_describe_]->content();
        if (purpose_ == purpose::run && s.can_skip_description()) continue;
        const auto next = s.next_step(e, said());
        if (purpose_ == purpose::run ? next != statement::step::describe : s.described()) continue;
        if (out == nullptr) {
            out = &e.open_exchange(*this);
            begun_at = out->size();
        } else if (out->size() - begun_at >= e.options().session.pipeline_bytes) {
            break;
        }
        s.write_describe(*out, said());
        described_.push_back(to_describe_);
    }
    if (out == nullptr) return false;
    wire::serialize(wire::sync_message{}, *out);
    e.close_exchange();
    return true;
}

void pipeline_call::look_up(engine& e) {
    auto& out = e.open_exchange(*this);
    if (lookup_->write(e, out)) {
        e.take_back_exchange(*this);
        fail_at(0, *lookup_->take_failure());
        return end(e);
    }
    wire::serialize(wire::sync_message{}, out);
    e.close_exchange();
}

void pipeline_call::looked_up(engine& e) {
    if (lookup_->next(e)) return e.proceed(*this);
    const auto failure = std::exchange(lookup_, nullptr)->take_failure();
    const bool executed = holds_rows();
    for (const auto& s : steps_) {
        auto& content = s->content();
        if (s->failure || (executed && !content.holds_rows())) continue;
        if (!failure && content.described()) content.learn_types(e);
        if (executed) s->failure = failure ? failure : content.take_failure();
        if (s->failure) fail(error{*s->failure}.with_fate(fate::executed));
    }
    if (failure && !executed) fail_at(0, *failure);
    if (failure || executed) return end(e);
    e.proceed(*this);
}

bool pipeline_call::holds_rows() const noexcept {
    return std::ranges::any_of(steps_, [](const auto& s) { return s->content().holds_rows(); });
}

void pipeline_call::execute(engine& e) {
    const auto& most = e.options().session;
    std::size_t written = 0;
    for (std::size_t parts = 0; parts < most.pipeline_depth; ++parts) {
        if (stopped_ || written_ == steps_.size() || written >= most.pipeline_bytes) break;
        written += write_part(e, most.pipeline_bytes - written);
    }
    if (stopped_ && part_ == written_) end(e);  // nothing is on its way
}

// As much of a part as there is room for, at least a step. Gives its bytes.
std::size_t pipeline_call::write_part(engine& e, std::size_t room) {
    const auto part_begin = written_, end = part_end(written_);
    auto& out = open_ ? e.output_of(*this) : e.open_exchange(*this);
    const auto begun_at = out.size();
    for (; written_ < end && out.size() - begun_at < room; ++written_) {
        auto& s = steps_[written_]->content();
        const auto before = out.size();
        (void)s.next_step(e, said());
        if (!s.write_execute(e, out, said())) continue;
        fail_at(written_, *s.take_failure());
        stopped_ = true;
        if (open_) {
            out.resize(before);
            give_up_part(e);
        } else {
            e.take_back_exchange(*this);
            for (auto i = part_begin; i < written_; ++i) steps_[i]->content().restart();
            written_ = part_begin;
        }
        return 0;
    }
    if (written_ == end) {
        wire::serialize(wire::sync_message{}, out);
    } else {
        wire::serialize(wire::flush_message{}, out);
    }
    const auto size = out.size() - begun_at;
    if (!open_) e.close_exchange();
    open_ = written_ != end;
    if (open_) e.leave_open(*this);
    else e.has_ended(*this);
    return size;
}

// The part that is open ends, and what was done of it is undone.
void pipeline_call::give_up_part(engine& e) {
    auto& out = e.output_of(*this);
    wire::serialize(wire::execute_message{.portal = nobody}, out);
    wire::serialize(wire::sync_message{}, out);
    open_ = false;
    e.has_ended(*this);
}

on_abandon pipeline_call::leave(engine& e) {
    stopped_ = true;
    if (open_) give_up_part(e);
    return on_abandon::cancel;
}

// What the server answers.

std::error_code pipeline_call::message(engine& e, char tag, bytes_view body) {
    if (lookup_)
        return lookup_->message(e, tag, body) == statement::progress::wrong ? errc::protocol_violation
                                                                            : std::error_code{};
    const bool describing = state_ == state::describing;
    if (at_ >= (describing ? described_.size() : written_)) return errc::protocol_violation;
    auto& s = *steps_[describing ? described_[at_] : at_];
    const auto progress = s.content().message(e, tag, body);
    if (progress == statement::progress::wrong || progress == statement::progress::suspended)
        return errc::protocol_violation;
    if (tag == wire::tag::copy_in_response) return errc::protocol_violation;  // statements were sent behind it
    if (describing && (tag == wire::tag::row_description || tag == wire::tag::no_data)) ++at_;
    if (describing || progress != statement::progress::done) return {};
    s.failure = s.content().take_failure();
    s.answered = !s.failure;
    if (s.failure) fail(*s.failure);
    ++at_;
    if (open_ && at_ == written_) e.proceed(*this);
    return {};
}

std::error_code pipeline_call::rows(engine& e, bytes_view frames, std::uint32_t count) {
    if (lookup_) return lookup_->rows(e, frames, count);
    if (state_ != state::executing || at_ >= written_) return errc::protocol_violation;
    return steps_[at_]->content().rows(e, frames, count);
}

// An implicit transaction is undone as a whole, so what stood before the failure has not happened either.
void pipeline_call::rejected(engine& e, server_message&& m) {
    if (lookup_) return lookup_->rejected(e, std::move(m));
    if (state_ == state::executing) {
        part_failed_ = true;
        abort(part_, at_, "undone: a later step of the pipeline failed");
        if (open_ && part_end(part_) > written_) {  // what is left of it would be skipped
            wire::serialize(wire::sync_message{}, e.output_of(*this));
            open_ = false;
            e.has_ended(*this);
            written_ = part_end(part_);
        }
    }
    const auto end = state_ == state::describing ? described_.size() : part_end(part_);
    if (stopped_) out_of_time();
    if (stopped_ || at_ >= end) return fail(error{std::move(m)});  // ours, or COMMIT of the implicit transaction
    const auto index = state_ == state::describing ? described_[at_] : at_;
    auto& s = steps_[index]->content();
    (void)s.rejected(e, std::move(m));
    auto failure = s.take_failure();
    fail_at(index,
            failure ? std::move(*failure)
                    : error{errc::pipeline_aborted, "a cached plan was stale: run the pipeline again", fate::rejected});
}

void pipeline_call::ready(engine& e) {
    if (lookup_) return looked_up(e);
    if (state_ == state::describing) return described_ready(e);
    if (!part_failed_ && at_ < std::min(part_end(part_), written_)) {
        fail_at(at_, error{errc::protocol_violation, "the server ended the exchange without an answer", fate::unknown});
        return end(e);
    }
    end_part(e);
}

void pipeline_call::described_ready(engine& e) {
    if (!failure() && at_ < described_.size())
        fail_at(described_[at_],
                error{errc::protocol_violation, "the server ended the exchange without an answer", fate::unknown});
    if (stopped_) out_of_time();
    if (failure()) return end(e);
    e.proceed(*this);
}

void pipeline_call::end_part(engine& e) {
    const auto next = part_end(part_);
    if (part_failed_) abort(at_, next, "skipped: an earlier step of the pipeline failed");
    part_failed_ = false;
    at_ = part_ = next;
    if (stopped_ && at_ >= written_ && at_ != steps_.size()) out_of_time();
    const bool over = at_ == steps_.size() || (stopped_ && at_ >= written_);
    if (over && !begin_lookup([](const statement& st) { return st.holds_rows(); })) return end(e);
    if (over || at_ == written_) e.proceed(*this);
}

// What stopped it otherwise has said so already.
void pipeline_call::out_of_time() {
    fail(error{errc::timed_out, "the pipeline did not end in time: what it had not come to was not done",
               fate::rejected});
}

void pipeline_call::end(engine& e) {
    if (failure()) abort(0, steps_.size(), "skipped: an earlier step of the pipeline failed");
    e.finish(*this);
}

std::size_t pipeline_call::part_end(std::size_t step) const noexcept {
    const auto next = std::ranges::upper_bound(syncs_, step);
    return next == syncs_.end() ? steps_.size() : *next;
}

void pipeline_call::fail_at(std::size_t index, error e) {
    if (!steps_[index]->failure) steps_[index]->failure = e;
    fail(std::move(e));
}

// Those that did not fail by themselves; at the end, those that were not answered either.
void pipeline_call::abort(std::size_t from, std::size_t to, const char* why) {
    for (auto i = from; i < to; ++i) {
        auto& s = *steps_[i];
        if (s.failure || (s.answered && !part_failed_)) continue;
        s.answered = false;
        s.failure.emplace(errc::pipeline_aborted, why, fate::rejected);
    }
}

}  // namespace howdah::core
