#include "howdah/core/type_lookup.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "howdah/core/engine.hpp"
#include "howdah/types/type_map.hpp"

namespace howdah::core {
namespace {

// 12 where the server has not said: the statement for it runs on newer ones too.
int major_version(const engine& e) {
    int out = 12;
    if (const auto found = e.parameters().find("server_version"); found != e.parameters().end())
        (void)std::from_chars(found->second.data(), found->second.data() + found->second.size(), out);
    return out;
}

}  // namespace

type_lookup::round::round(std::vector<oid> types, const statement_text& text)
    : wanted{std::move(types)},
      parameter{&wanted, &parameter_codec_of<std::vector<oid>>},
      asked{text, std::span{&parameter, 1}, answer} {}

type_lookup::type_lookup(std::vector<oid> types) : wanted_{std::move(types)} {}

std::error_code type_lookup::write(engine& e, bytes& out) {
    if (!std::exchange(again_, false))
        round_ = std::make_unique<round>(std::exchange(wanted_, {}), catalog_statement(major_version(e)));
    (void)round_->asked.next_step(e);
    const auto failed = round_->asked.write_execute(e, out);
    if (failed) failure_ = round_->asked.take_failure();
    return failed;
}

void type_lookup::rejected(engine& e, server_message&& m) {
    again_ = round_->asked.rejected(e, std::move(m));
    if (!again_) failure_ = round_->asked.take_failure();
}

void type_lookup::restart() noexcept {
    if (round_ == nullptr) return;
    round_->asked.restart();
    again_ = true;
}

bool type_lookup::next(engine& e) {
    if (again_) return true;
    if (!failure_) failure_ = round_->asked.take_failure();
    if (!failure_ && !round_->asked.complete())
        failure_.emplace(errc::protocol_violation, "the server ended the exchange without an answer", fate::unknown);
    if (failure_) {
        failure_ = std::move(*failure_).prefixed("looking up the types of a statement in the catalog: ");
        return false;
    }
    keep_answer();
    if (!wanted_.empty()) return true;
    e.types().add(std::move(found_));
    return false;
}

// What was asked for and is not there is kept as missing, so that it is not asked for again.
void type_lookup::keep_answer() {
    const auto known = [&](oid type) { return std::ranges::count(found_, type, &type_description::type) != 0; };
    const auto first = found_.size();
    for (auto& row : round_->answer.take()) found_.push_back(describe(std::move(row)));
    for (const auto type : round_->wanted)
        if (!known(type)) found_.emplace_back().type = type;
    for (auto i = first; i < found_.size(); ++i) append_parts(found_[i], wanted_);
    std::ranges::sort(wanted_);
    wanted_.erase(std::ranges::unique(wanted_).begin(), wanted_.end());
    std::erase_if(wanted_, known);
}

}  // namespace howdah::core
