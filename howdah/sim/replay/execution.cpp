#include "howdah/sim/replay/execution.hpp"

#include <utility>

#include "howdah/wire/backend.hpp"
#include "howdah/wire/backend_writing.hpp"

namespace howdah::sim {
namespace {

/// "SELECT 12" with another number: that of the rows which this part has given.
std::string with_count(const std::string& tag, std::uint64_t rows) {
    const auto digits = tag.find_last_not_of("0123456789") + 1;
    return digits == tag.size() ? tag : tag.substr(0, digits) + std::to_string(rows);
}

}  // namespace

execution::execution(const cassette& from, std::shared_ptr<const known_statement> statement, found_answer given,
                     shape how, std::vector<format> formats)
    : from_{&from},
      statement_{std::move(statement)},
      given_{std::move(given)},
      how_{how},
      formats_{std::move(formats)} {
    if (given_.what != nullptr) return;
    const bool empty = statement_->effect.what == statement_effect::kind::empty;
    modelled_.results.push_back({.tag = tag_of(statement_->effect),
                                 .how = empty ? recorded_result::ending::empty : recorded_result::ending::complete});
}

void execution::begin_part(std::uint32_t row_limit) noexcept {
    row_limit_ = row_limit;
    if (player_) player_->begin_part(row_limit);
}

void execution::open_result(bytes& out) {
    const auto& result = given().results[result_];
    player_.emplace(*from_, result, formats_);
    player_->begin_part(row_limit_);
    if (how_ == shape::query) player_->describe(out);
    if (!result.copy || result.copy->where == recorded_copy::direction::out) return;
    comparison_.emplace(*from_, *result.copy);
    append_copy_response(*result.copy, out);
}

std::string execution::tag() const {
    const auto& result = player_->result();
    if (!tag_.empty()) return tag_;
    return result.columns ? with_count(result.tag, player_->rows_in_part()) : result.tag;
}

void execution::complete(bytes& out) const {
    switch (player_->result().how) {
        case recorded_result::ending::complete:
        case recorded_result::ending::suspended: wire::serialize(wire::command_complete{tag()}, out); return;
        case recorded_result::ending::empty: wire::serialize_empty(wire::tag::empty_query_response, out); return;
        case recorded_result::ending::failed: return;
    }
}

execution::progress execution::play(bytes& out, std::size_t room) {
    if (!std::exchange(begun_, true))
        for (const auto& notice : given().notices) wire::serialize_notice(notice, out);
    for (; result_ < given().results.size(); ++result_) {
        if (!player_) open_result(out);
        if (comparison_) return progress::copying;
        switch (player_->play(out, room)) {
            case result_player::progress::more: return progress::more;
            case result_player::progress::suspended: return progress::suspended;
            case result_player::progress::beyond: return progress::beyond;
            case result_player::progress::ended: break;
        }
        complete(out);
        player_.reset();
    }
    over_ = true;
    return given().error ? progress::failed : progress::done;
}

}  // namespace howdah::sim
