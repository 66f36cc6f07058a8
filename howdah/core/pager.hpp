#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "howdah/core/page_token.hpp"
#include "howdah/core/row_sink.hpp"
#include "howdah/sql/row.hpp"
#include "howdah/sql/sql.hpp"

namespace howdah {

/// Rows, and where the next page begins.
template <class T>
struct page {
    std::vector<T> rows;
    std::string next;  // a token; empty: this is the last page
};

namespace core {

/// What a pager's pages have in common.
class page_plan {
public:
    page_plan(page_tokens tokens, std::uint32_t rows, std::vector<std::string> columns);

    std::uint32_t rows() const noexcept { return rows_; }
    /// The key's columns among those of the statement. Throws nothing: an error for one that is missing.
    std::optional<error> find(std::span<const column> columns, std::vector<std::size_t>& out) const;
    std::string token(const statement_text& of, const std::vector<std::string>& values) const {
        return tokens_.make(of.hash(), values);
    }
    /// One a column; nothing for the first page, whose token is empty. Throws invalid_page_token.
    std::vector<std::optional<std::string>> values(const statement_text& of, std::string_view token) const;

private:
    page_tokens tokens_;
    std::uint32_t rows_;
    std::vector<std::string> columns_;
};

}  // namespace core

/// How a statement is read page by page: by the values of a key, which a row of an earlier page can't shift.
///
///     const howdah::pager by_name{signing_key, 50, "name", "id"};
///     auto page = db.paginate<user>(by_name, token,
///         "select id, name from users where team = $1"
///         " and ($2::text is null or (name, id) > ($2, $3::bigint)) order by name, id limit $4", team);
///
/// Behind its own arguments the statement takes the key's values, as text and NULL on the first page, and last how many
/// rows to give. The key's columns are in the result, together unique and never NULL; the statement sorts by them.
template <std::size_t Keys>
class pager {
public:
    /// `signing_key`: 16 bytes or more, the same in every process that takes the tokens. `rows` of a page.
    template <class... Names>
    pager(secret_string signing_key, std::uint32_t rows, const Names&... columns)
        : plan_{core::page_tokens{std::move(signing_key)}, rows, {std::string{columns}...}} {
        static_assert(sizeof...(Names) == Keys && Keys != 0, "howdah: a pager has at least one key column");
    }
    const core::page_plan& plan() const noexcept { return plan_; }

private:
    core::page_plan plan_;
};
template <class... Names>
pager(secret_string, std::uint32_t, const Names&...) -> pager<sizeof...(Names)>;

namespace core {

template <class Keys, class... P>
struct paged_statement;
template <std::size_t... I, class... P>
struct paged_statement<std::index_sequence<I...>, P...> {
    template <std::size_t>
    using key_value = std::optional<std::string>;
    using sql = howdah::sql<P..., key_value<I>..., std::int64_t>;
};

/// A page's rows: one more is asked for than it has, which says whether there is another page.
template <class T>
class page_rows final : public row_sink {
    static_assert(!row_decoder<T>::borrows, "howdah: rows of a page own their values: no views");

public:
    using answer = page<T>;
    page_rows(const page_plan* plan, const statement_text& of) : plan_{*plan}, of_{of} {}
    answer take() {
        if (more_) page_.next = plan_.token(of_, last_key_);
        return std::move(page_);
    }

    bool needs_description() const noexcept override { return true; }
    std::span<const format> first_formats() const noexcept override { return {}; }
    void choose_formats(std::span<const column> columns, std::span<format> out) override {
        decoder_.choose_formats(columns, out);
        std::vector<std::size_t> key;
        if (!plan_.find(columns, key))
            for (const auto k : key) out[k] = format::text;  // as the token has it
    }
    std::optional<error> describe(const column_list& columns) override {
        columns_ = columns;
        if (auto wrong = plan_.find(*columns_, key_)) return wrong;
        return decoder_.describe(*columns_);
    }
    std::error_code rows(bytes_view frames, std::uint32_t count) override {
        const auto* at = frames.data();
        for (std::uint32_t i = 0; i < count && !failure_; ++i) {
            const auto row = data_row::split(at);
            at += row.size;
            if (page_.rows.size() == plan_.rows()) {
                more_ = true;
                break;
            }
            std::size_t column = 0;
            const auto failed = decoder_.decode(row.body, page_.rows.emplace_back(), column);
            if (failed == errc::protocol_violation) return failed;
            if (failed) failure_.emplace(decoder_.value_error(failed, column));
            else if (page_.rows.size() == plan_.rows()) keep_key(row.body);
        }
        return {};
    }
    bool satisfied() const noexcept override { return failure_.has_value(); }
    void complete(command_result&&) override {}
    std::optional<error> finish() override { return failure_; }
    void clear() noexcept override {
        failure_.reset();
        page_.rows.clear();
        more_ = false;
    }

private:
    // Of a row that has been decoded, so that its shape is known to be sound.
    void keep_key(bytes_view body) {
        last_key_.clear();
        for (const auto k : key_) {
            const auto* at = body.data() + data_row::count_size;
            for (std::size_t i = 0; i < k; ++i) at = data_row::next(at);
            const auto f = data_row::load(at, (*columns_)[k]);
            if (f.is_null) {
                failure_.emplace(decode_error(errc::unexpected_null, (*columns_)[k], k, "a page's key"));
                return;
            }
            last_key_.emplace_back(as_text(f.data));
        }
    }

    const page_plan& plan_;
    const statement_text& of_;
    column_list columns_;
    row_decoder<T> decoder_;
    std::vector<std::size_t> key_;
    page<T> page_;
    std::vector<std::string> last_key_;
    bool more_ = false;
    std::optional<error> failure_;
};

}  // namespace core
}  // namespace howdah
