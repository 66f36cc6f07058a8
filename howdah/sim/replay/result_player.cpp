#include "howdah/sim/replay/result_player.hpp"

#include <utility>

#include "howdah/base/error.hpp"
#include "howdah/sim/replay/row_encoding.hpp"
#include "howdah/wire/backend.hpp"
#include "howdah/wire/backend_writing.hpp"
#include "howdah/wire/frontend.hpp"

namespace howdah::sim {
namespace {

const recorded_rows& copied_rows(const recorded_result& result) {
    static const recorded_rows none;
    return result.copy && result.copy->where == recorded_copy::direction::out ? result.copy->data : none;
}

}  // namespace

row_source::row_source(const cassette& from, const recorded_rows& rows) : rows_{&rows} {
    if (!rows.file.empty()) reader_.emplace(from, rows);
}

const recorded_row* row_source::next() {
    if (reader_) return reader_->next(read_) ? &read_ : nullptr;
    return at_ < rows_->here.size() ? &rows_->here[at_++] : nullptr;
}

result_player::result_player(const cassette& from, const recorded_result& result, std::vector<format> formats)
    : result_{&result}, formats_{std::move(formats)}, rows_{from, result.rows}, copied_{from, copied_rows(result)} {}

void result_player::describe(bytes& out) const {
    if (result_->columns) append_description(*result_->columns, formats_, out);
}

void result_player::begin_part(std::uint32_t limit) noexcept {
    limit_ = limit;
    in_part_ = 0;
    in_parts_ = in_parts_ || limit > 0;
}

result_player::progress result_player::play(bytes& out, std::size_t room) {
    if (result_->copy) return play_copy(out, room);
    return result_->columns ? play_rows(out, room) : progress::ended;
}

result_player::progress result_player::play_rows(bytes& out, std::size_t room) {
    while (out.size() < room) {
        if (limit_ > 0 && in_part_ == limit_) return progress::suspended;
        const auto* row = rows_.next();
        if (row == nullptr)
            return result_->how == recorded_result::ending::suspended ? progress::beyond : progress::ended;
        if (const auto failed = append_row(*row, *result_->columns, formats_, out))
            throw error{error{failed, "a recorded value has no form of the format that was asked for"}};
        ++in_part_;
    }
    return progress::more;
}

result_player::progress result_player::play_copy(bytes& out, std::size_t room) {
    if (result_->copy->where == recorded_copy::direction::in) return progress::ended;
    if (!std::exchange(copy_begun_, true)) append_copy_response(*result_->copy, out);
    while (out.size() < room) {
        const auto* part = copied_.next();
        if (part == nullptr) {
            if (result_->copy->how == recorded_copy::ending::done) wire::serialize(wire::copy_done{}, out);
            return progress::ended;
        }
        if (!part->empty()) wire::serialize(wire::copy_data{as_bytes(part->front().data)}, out);
    }
    return progress::more;
}

void append_copy_response(const recorded_copy& copy, bytes& out) {
    const bool in = copy.where == recorded_copy::direction::in;
    wire::serialize(wire::copy_response{.format = copy.format, .columns = copy.columns},
                    in ? wire::tag::copy_in_response : wire::tag::copy_out_response, out);
}

}  // namespace howdah::sim
