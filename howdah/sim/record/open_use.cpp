#include "howdah/sim/record/open_use.hpp"

#include <utility>

#include "howdah/base/reader.hpp"
#include "howdah/types/oids.hpp"

namespace howdah::sim {
namespace {

format format_at(const std::vector<format>& formats, std::size_t i) noexcept {
    if (formats.empty()) return format::text;
    return formats[i < formats.size() ? i : formats.size() - 1];
}

// Stands for what nobody has described: a client may know its statement from elsewhere.
std::vector<recorded_column> unnamed_columns(std::size_t count) {
    return {count, recorded_column{.name = "?column?", .type = oids::text}};
}

}  // namespace

std::vector<recorded_column> columns_of(const wire::row_description& m) {
    std::vector<recorded_column> out;
    out.reserve(m.fields.size());
    for (const auto& f : m.fields)
        out.push_back({.name = std::string{f.name},
                       .type = f.type,
                       .type_size = f.type_size,
                       .type_modifier = f.type_modifier,
                       .table = f.table,
                       .attribute = f.attribute});
    return out;
}

open_use::open_use(recording& into, std::shared_ptr<const statement_key> statement, clock::time_point begun)
    : into_{into}, statement_{std::move(statement)}, begun_{begun} {}

recorded_result& open_use::current() {
    if (!current_) current_.emplace().columns = columns_;
    return *current_;
}

void open_use::describe(std::vector<recorded_column> columns, std::vector<format> formats) {
    columns_ = std::move(columns);
    formats_ = std::move(formats);
    if (current_) current_->columns = columns_;
}

std::error_code open_use::add_row(bytes_view body) {
    reader in{body};
    const auto count = in.u16();
    auto& result = current();
    if (!result.columns || result.columns->size() != count) result.columns = unnamed_columns(count);
    recorded_row row;
    row.reserve(count);
    for (std::size_t i = 0; i < count && in.ok(); ++i) {
        const auto size = in.i32();
        const bool is_null = size < 0;
        row.push_back(canonical_column({.data = is_null ? bytes_view{} : in.take(static_cast<std::size_t>(size)),
                                        .type = (*result.columns)[i].type,
                                        .format = format_at(formats_, i),
                                        .is_null = is_null}));
    }
    if (const auto bad = in.finish()) return bad;
    into_.keys().cover(row, *statement_, *result.columns);
    if (!rows_) rows_.emplace(into_.to());
    rows_->add(std::move(row));
    return {};
}

void open_use::begin_copy(recorded_copy::direction where, const wire::copy_response& m) {
    current().copy = recorded_copy{.where = where, .format = m.format, .columns = m.columns};
    copies_in_ = where == recorded_copy::direction::in;
}

void open_use::add_copy_data(bytes_view data) {
    if (!rows_) rows_.emplace(into_.to());
    recorded_row row;
    row.push_back(canonical_text(as_text(data)));
    into_.keys().cover(row, *statement_, {});
    rows_->add(std::move(row));
}

void open_use::end_copy_in(recorded_copy::ending how) {
    copies_in_ = false;
    if (current_ && current_->copy) current_->copy->how = how;
}

void open_use::end_result(recorded_result::ending how, std::string_view tag) {
    auto& result = current();
    result.how = how;
    result.tag = tag;
    auto written = rows_ ? rows_->finish() : recorded_rows{};
    rows_.reset();
    if (result.copy) result.copy->data = std::move(written);
    else result.rows = std::move(written);
    given_.results.push_back(*std::move(current_));
    current_.reset();
    columns_.reset();
    copies_in_ = false;
}

void open_use::fail(server_message why, refused_at where) {
    if (copies_in_) end_copy_in(recorded_copy::ending::failed);
    if (current_) end_result(recorded_result::ending::failed);
    given_.error = std::move(why);
    given_.where = where;
}

answer open_use::finish(clock::time_point now) {
    given_.duration = std::chrono::duration_cast<std::chrono::microseconds>(now - begun_);
    into_.keys().cover(given_, *statement_);
    return std::move(given_);
}

}  // namespace howdah::sim
