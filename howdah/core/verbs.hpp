#pragma once
// The verbs, once for both drivers and for all that answers them. `Self` brings the primitives, `Answer<T>` is what a
// call gives: an awaitable<T>, or a T.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "howdah/core/bulk_verbs.hpp"
#include "howdah/core/gcc12.hpp"
#include "howdah/core/notifiable.hpp"
#include "howdah/core/sinks.hpp"
#include "howdah/core/statement_facts.hpp"
#include "howdah/core/stream_options.hpp"
#include "howdah/sql/copy_statement.hpp"
#include "howdah/sql/name_list.hpp"
#include "howdah/sql/parameters.hpp"
#include "howdah/sql/script.hpp"
#include "howdah/sql/sql.hpp"
#include "howdah/types/boolean.hpp"
#include "howdah/types/integers.hpp"
#include "howdah/types/optional.hpp"
#include "howdah/types/text.hpp"

namespace howdah {

class pipeline;  // howdah/core/pipeline.hpp
template <class T>
struct page;  // howdah/core/pager.hpp
template <std::size_t Keys>
class pager;  // howdah/core/pager.hpp

namespace core {
template <class T>
class page_rows;
template <class Keys, class... P>
struct paged_statement;
}  // namespace core

/// A statement that the server has parsed, for arguments of the types P. It is run on the connection or transaction
/// that prepared it, which must outlive it.
template <class Target, class... P>
class prepared_statement {
public:
    prepared_statement(Target target, statement_text text, std::shared_ptr<const core::statement_facts> facts)
        : target_{std::move(target)}, text_{std::move(text)}, facts_{std::move(facts)} {}

    std::string_view text() const noexcept { return text_.text(); }
    std::span<const oid> parameter_types() const noexcept { return facts_->parameters; }
    std::span<const column> columns() const noexcept { return facts_->columns; }

    auto query(const P&... values) { return run<core::untyped_rows>(values...); }
    auto execute(const P&... values) { return run<core::no_rows>(values...); }
    template <class T>
    auto fetch_one(const P&... values) {
        return run<core::one_row<T>>(values...);
    }
    template <class T>
    auto fetch_optional(const P&... values) {
        return run<core::optional_row<T>>(values...);
    }
    template <class T>
    auto fetch_all(const P&... values) {
        return run<core::all_rows<T>>(values...);
    }
    template <class T = row_view>
    auto stream(const P&... values) {
        return Target::template stream<T>(target_, text_, own_parameters(P{values}...), stream_options{});
    }

private:
    template <class Sink>
    auto run(const P&... values) {
        return Target::template run<Sink>(target_, text_, keep_parameters(P{values}...));
    }

    Target target_;
    statement_text text_;
    std::shared_ptr<const core::statement_facts> facts_;
};

/// What a connection, a transaction and a pool can be asked for.
///
/// Errors: error, thrown. One that the server sends leaves the connection usable; an I/O error closes it. See
/// error::fate() for whether the call may be run again.
/// Deadline: the connection's query_timeout, or that of with(); it covers waiting for the connection. A call that
/// passes it is cancelled on the server.
/// Lifetime: a statement is a literal. Rvalue arguments move into the call; lvalues are referenced until it completes.
template <class Self, template <class> class Answer>
class verbs : public bulk_verbs<Self, Answer> {
public:
    /// Runs it and keeps every row, as it came. Errors: result_too_large.
    template <class... P>
    Answer<result> query(sql<std::type_identity_t<P>...> statement, P&&... values) {
        return run<core::untyped_rows, P...>(statement, std::forward<P>(values)...);
    }
    /// Runs it for what it does; rows are dropped.
    template <class... P>
    Answer<command_result> execute(sql<std::type_identity_t<P>...> statement, P&&... values) {
        return run<core::no_rows, P...>(statement, std::forward<P>(values)...);
    }
    /// The only row. Errors: no_rows, too_many_rows, and those of decoding.
    template <class T, class... P>
    Answer<T> fetch_one(sql<std::type_identity_t<P>...> statement, P&&... values) {
        return run<core::one_row<T>, P...>(statement, std::forward<P>(values)...);
    }
    /// The only row, or nullopt. Errors: too_many_rows, and those of decoding.
    template <class T, class... P>
    Answer<std::optional<T>> fetch_optional(sql<std::type_identity_t<P>...> statement, P&&... values) {
        return run<core::optional_row<T>, P...>(statement, std::forward<P>(values)...);
    }
    /// Every row, decoded. Errors: result_too_large, and those of decoding.
    template <class T, class... P>
    Answer<std::vector<T>> fetch_all(sql<std::type_identity_t<P>...> statement, P&&... values) {
        return run<core::all_rows<T>, P...>(statement, std::forward<P>(values)...);
    }
    /// The rows as they come, in constant memory; max_result_bytes is not for it. Arguments are moved or copied in. With
    /// `T` left out, rows are views: stream("..."); options go in front: stream<T>({.fetch_size = 100}, "...").
    template <class T = row_view, class... P>
    auto stream(sql<std::type_identity_t<P>...> statement, P&&... values) {
        return stream<T, P...>(stream_options{}, statement, std::forward<P>(values)...);
    }
    template <class T = row_view, class... P>
    auto stream(const stream_options& options, sql<std::type_identity_t<P>...> statement, P&&... values) {
        return Self::target_type::template stream<T>(self().target(), statement.text(),
                                                     own_parameters(std::forward<P>(values)...), options);
    }
    /// COPY ... FROM STDIN with data in the statement's format: text or csv. The server has agreed to take it when this
    /// returns. See copy_in_stream of the driver.
    auto copy_in(sql<> statement) { return Self::target_type::copy_in(self().target(), statement.text()); }
    /// COPY into a table from values of T, in binary: copy_in<user>(identifier{"users"}, {"id", "name"}). T is a row as
    /// for fetch_all, whose types are the columns' own; an integer fits any number that has room for it. No columns: all.
    /// See copy_in_rows.
    template <class T>
    auto copy_in(const identifier& table, const name_list& columns = {}) {
        return Self::target_type::template copy_in<T>(self().target(), binary_copy_in(table, columns.names()));
    }
    /// COPY ... TO STDOUT, as chunks of bytes. It is sent when the first of them is asked for. See copy_out_stream.
    auto copy_out(sql<> statement) { return Self::target_type::copy_out(self().target(), statement.text()); }
    /// COPY of a table as values of T. No columns: all. See copy_out_rows.
    template <class T>
    auto copy_out(const identifier& table, const name_list& columns = {}) {
        return Self::target_type::template copy_out<T>(self().target(), binary_copy_out(table, columns.names()));
    }
    /// COPY of a query without parameters as values of T.
    template <class T>
    auto copy_out(sql<> query) {
        return Self::target_type::template copy_out<T>(self().target(), binary_copy_out(query.text().text()));
    }
    /// pg_notify: tells all who listen on the channel, once this is committed. Errors: message_too_large, thrown before
    /// anything is sent, for a payload of 8,000 bytes or more; invalid_option for a channel that is empty or over 63 bytes.
    Answer<command_result> notify(std::string_view channel, std::string_view payload = {}) {
        core::require_notifiable(channel, payload);
        return run<core::no_rows, std::string, std::string>("select pg_notify($1, $2)", std::string{channel},
                                                            std::string{payload});
    }
    /// A page of rows, and the token for the next one: see pager, which it refers to until it is done. `token` is empty
    /// for the first page. Errors: invalid_page_token, thrown before anything is sent; unexpected_null in a key.
    template <class T, std::size_t Keys, class... P>
    Answer<page<T>> paginate(const pager<Keys>& by, std::string_view token,
                             const typename core::paged_statement<std::make_index_sequence<Keys>,
                                                                  std::type_identity_t<P>...>::sql& statement,
                             P&&... values) {
        if constexpr (Self::target_type::suspends) core::refuse_what_gcc12_breaks<P...>();
        const auto keys = by.plan().values(statement.text(), token);
        return [&]<std::size_t... I>(std::index_sequence<I...>) {
            return Self::target_type::template run<core::page_rows<T>>(
                self().target(), statement.text(),
                keep_parameters(std::forward<P>(values)..., std::optional<std::string>{keys[I]}...,
                                std::int64_t{by.plan().rows()} + 1),
                &by.plan(), statement.text());
        }(std::make_index_sequence<Keys>{});
    }
    /// Has the server parse and describe it now: prepare<int, std::string>("...").
    template <class... P>
    auto prepare(sql<std::type_identity_t<P>...> statement) {
        return Self::target_type::template prepare<P...>(self().target(), statement.text());
    }
    /// Runs the steps in one round trip; throws the first step's error. Answers are taken from the pipeline.
    Answer<void> run(pipeline& steps) { return Self::target_type::run(self().target(), steps); }
    /// Runs several statements, one after another, each result as text. A transaction that they leave open is rolled
    /// back, and an error.
    Answer<std::vector<result>> run_script(script statements) {
        return Self::target_type::run(self().target(), std::move(statements));
    }

private:
    template <class Sink, class... P>
    auto run(const sql<std::type_identity_t<P>...>& statement, P&&... values) {
        if constexpr (Self::target_type::suspends) core::refuse_what_gcc12_breaks<P...>();
        return Self::target_type::template run<Sink>(self().target(), statement.text(),
                                                     keep_parameters(std::forward<P>(values)...));
    }
    Self& self() noexcept { return static_cast<Self&>(*this); }

    friend Self;
    verbs() = default;
};

}  // namespace howdah
