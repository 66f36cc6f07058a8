#include "howdah/core/pipeline.hpp"

#include <algorithm>
#include <utility>

#include "howdah/core/engine.hpp"
#include "howdah/wire/frontend.hpp"

namespace howdah::core {

// False: no step needs it.
template <class Needs>
bool pipeline_call::begin_lookup(Needs&& needs) {
    std::vector<oid> types;
    for (const auto& s : steps_)
        if (auto& content = s->content(); needs(content))
            types.insert(types.end(), content.unresolved().begin(), content.unresolved().end());
    if (!types.empty()) lookup_ = std::make_unique<type_lookup>(std::move(types));
    return lookup_ != nullptr;
}

void pipeline_call::advance(engine& e) {
    if (lookup_) return look_up(e);
    if (state_ == state::fresh) {
        if (steps_.empty()) return e.finish(*this);
        begin();
        if (!check(e)) return end(e);
        for (std::size_t i = 0; i < steps_.size(); ++i)
            if (steps_[i]->content().next_step(e) == statement::step::describe) described_.push_back(i);
        if (!described_.empty()) return describe(e);
    }
    if (begin_lookup([&](statement& s) { return s.next_step(e) == statement::step::look_up; })) return look_up(e);
    execute(e);
}

// It may have run before.
void pipeline_call::begin() {
    for (const auto& s : steps_) {
        s->content().restart();
        s->answered = false;
        s->failure.reset();
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

void pipeline_call::describe(engine& e) {
    state_ = state::describing;
    at_ = 0;
    auto& out = e.open_exchange(*this);
    for (const auto i : described_) steps_[i]->content().write_describe(out);
    wire::serialize(wire::sync_message{}, out);
    e.close_exchange();
}

void pipeline_call::look_up(engine& e) {
    state_ = state::looking_up;
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
        if (executed && !content.holds_rows()) continue;
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
    state_ = state::executing;
    at_ = 0;
    auto& out = e.open_exchange(*this);
    for (std::size_t i = 0; i < steps_.size(); ++i) {
        auto& s = steps_[i]->content();
        (void)s.next_step(e);
        if (s.write_execute(e, out)) {
            e.take_back_exchange(*this);
            fail_at(i, *s.take_failure());
            return end(e);
        }
    }
    wire::serialize(wire::sync_message{}, out);
    e.close_exchange();
}

std::error_code pipeline_call::message(engine& e, char tag, bytes_view body) {
    if (lookup_)
        return lookup_->message(e, tag, body) == statement::progress::wrong ? errc::protocol_violation
                                                                            : std::error_code{};
    const bool describing = state_ == state::describing;
    if (at_ >= (describing ? described_.size() : steps_.size())) return errc::protocol_violation;
    auto& s = *steps_[describing ? described_[at_] : at_];
    const auto progress = s.content().message(e, tag, body);
    if (progress == statement::progress::wrong) return errc::protocol_violation;
    if (tag == wire::tag::copy_in_response) return errc::protocol_violation;  // statements were sent behind it
    if (describing && (tag == wire::tag::row_description || tag == wire::tag::no_data)) ++at_;
    if (!describing && progress == statement::progress::done) {
        s.failure = s.content().take_failure();
        s.answered = !s.failure;
        if (s.failure) fail(*s.failure);
        ++at_;
    }
    return {};
}

std::error_code pipeline_call::rows(engine& e, bytes_view frames, std::uint32_t count) {
    if (lookup_) return lookup_->rows(e, frames, count);
    if (state_ != state::executing || at_ >= steps_.size()) return errc::protocol_violation;
    return steps_[at_]->content().rows(e, frames, count);
}

// An implicit transaction is undone as a whole, so what stood before the failure has not happened either.
void pipeline_call::rejected(engine& e, server_message&& m) {
    if (lookup_) return lookup_->rejected(e, std::move(m));
    const auto index = state_ == state::describing && at_ < described_.size() ? described_[at_] : at_;
    if (state_ == state::executing) undo_before(index);
    if (index >= steps_.size()) return fail(error{std::move(m)});  // COMMIT of the implicit transaction
    (void)steps_[index]->content().rejected(e, std::move(m));
    auto failure = steps_[index]->content().take_failure();
    fail_at(index,
            failure ? std::move(*failure)
                    : error{errc::pipeline_aborted, "a cached plan was stale: run the pipeline again", fate::rejected});
}

void pipeline_call::undo_before(std::size_t index) {
    for (std::size_t i = 0; i < index; ++i) {
        steps_[i]->answered = false;
        if (!steps_[i]->failure)
            steps_[i]->failure.emplace(errc::pipeline_aborted, "undone: a later step of the pipeline failed",
                                       fate::rejected);
    }
}

void pipeline_call::ready(engine& e) {
    if (lookup_) return looked_up(e);
    const bool describing = state_ == state::describing;
    if (!failure() && at_ < (describing ? described_.size() : steps_.size()))
        fail_at(describing ? described_[at_] : at_,
                error{errc::protocol_violation, "the server ended the exchange without an answer", fate::unknown});
    if (failure()) return end(e);
    if (describing) state_ = state::described;
    else if (!begin_lookup([](const statement& s) { return s.holds_rows(); })) return end(e);
    e.proceed(*this);
}

void pipeline_call::fail_at(std::size_t index, error e) {
    steps_[index]->failure = e;
    fail(std::move(e));
}

void pipeline_call::end(engine& e) {
    if (failure()) {
        for (std::size_t i = at_; i < steps_.size(); ++i)
            if (!steps_[i]->failure && !steps_[i]->answered)
                steps_[i]->failure.emplace(errc::pipeline_aborted, "skipped: an earlier step of the pipeline failed",
                                           fate::rejected);
    }
    e.finish(*this);
}

}  // namespace howdah::core
