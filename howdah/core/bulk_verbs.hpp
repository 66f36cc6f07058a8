#pragma once
// The bulk verbs, a base of verbs.hpp's.

#include <cstddef>
#include <optional>
#include <ranges>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "howdah/core/bulk_answer.hpp"
#include "howdah/core/gcc12.hpp"
#include "howdah/sql/bulk_options.hpp"
#include "howdah/sql/bulk_statement.hpp"
#include "howdah/sql/identifier.hpp"
#include "howdah/sql/parameters.hpp"
#include "howdah/sql/row.hpp"

namespace howdah {

template <class Self, template <class> class Answer>
class verbs;

/// Many rows at once. `rows` is any range of structs, tuples or (for one column) scalars, with a field a column: by
/// position, or by name where the struct is described. Nothing is sent before all of them are encoded.
///
/// All rows or none, and in an open transaction a part of it: see bulk_options for chunks that stand for themselves.
/// Returned rows come in the order of the inputs, each at its input's place.
/// Errors: column_count_mismatch, column_not_found, parameter_type_mismatch, value_out_of_range, invalid_encoding,
/// message_too_large, thrown before anything is sent, with row (from 0) and column; those of verbs, with the chunk.
/// Lifetime: an rvalue range moves into the call; an lvalue is referenced until it completes.
template <class Self, template <class> class Answer>
class bulk_verbs {
public:
    /// INSERT: insert_many(identifier{"users"}, {"name", "email"}, users).
    template <std::ranges::input_range Rows>
    Answer<bulk_report> insert_many(const identifier& table, const column_names& columns, Rows&& rows,
                                    const bulk_options& options = {}) {
        return run<core::no_returned_rows>(bulk_verb::insert, table, columns, std::forward<Rows>(rows),
                                           bulk_terms{.options = options});
    }
    /// INSERT ... RETURNING: insert_many<std::int64_t>(identifier{"users"}, {"name"}, users, returning{"id"}). nullopt: a
    /// trigger has kept the row out.
    template <class R, std::ranges::input_range Rows>
    Answer<std::vector<std::optional<R>>> insert_many(const identifier& table, const column_names& columns, Rows&& rows,
                                                      const returning& back, const bulk_options& options = {}) {
        return run<R>(bulk_verb::insert, table, columns, std::forward<Rows>(rows),
                      bulk_terms{.returned = back, .options = options});
    }
    /// INSERT ... ON CONFLICT: upsert_many(identifier{"users"}, {"id", "name"}, users, conflict{"id"}). Rows of the call
    /// that are in conflict with each other: see conflict.
    template <std::ranges::input_range Rows>
    Answer<bulk_report> upsert_many(const identifier& table, const column_names& columns, Rows&& rows,
                                    const conflict& on, const bulk_options& options = {}) {
        return run<core::no_returned_rows>(bulk_verb::upsert, table, columns, std::forward<Rows>(rows),
                                           bulk_terms{.on_conflict = on, .options = options});
    }
    /// INSERT ... ON CONFLICT ... RETURNING. nullopt: DO NOTHING has skipped the row, or a later one of its key was sent.
    template <class R, std::ranges::input_range Rows>
    Answer<std::vector<std::optional<R>>> upsert_many(const identifier& table, const column_names& columns, Rows&& rows,
                                                      const conflict& on, const returning& back,
                                                      const bulk_options& options = {}) {
        return run<R>(bulk_verb::upsert, table, columns, std::forward<Rows>(rows),
                      bulk_terms{.on_conflict = on, .returned = back, .options = options});
    }
    /// UPDATE by key: update_many(identifier{"users"}, {"id", "name"}, users, key{"id"}) sets all other columns. A key
    /// that is NULL is refused (unexpected_null): it equals nothing.
    template <std::ranges::input_range Rows>
    Answer<bulk_report> update_many(const identifier& table, const column_names& columns, Rows&& rows, const key& by,
                                    const bulk_options& options = {}) {
        return run<core::no_returned_rows>(bulk_verb::update, table, columns, std::forward<Rows>(rows),
                                           bulk_terms{.by = by, .options = options});
    }
    /// UPDATE ... RETURNING. nullopt: there is no such row. Errors: too_many_rows, where there are several; they are
    /// updated then.
    template <class R, std::ranges::input_range Rows>
    Answer<std::vector<std::optional<R>>> update_many(const identifier& table, const column_names& columns, Rows&& rows,
                                                      const key& by, const returning& back,
                                                      const bulk_options& options = {}) {
        return run<R>(bulk_verb::update, table, columns, std::forward<Rows>(rows),
                      bulk_terms{.by = by, .returned = back, .options = options});
    }
    /// DELETE by key: delete_many(identifier{"users"}, {"id"}, ids). A key that comes twice is sent once.
    template <std::ranges::input_range Rows>
    Answer<bulk_report> delete_many(const identifier& table, const column_names& columns, Rows&& rows,
                                    const bulk_options& options = {}) {
        return run<core::no_returned_rows>(bulk_verb::remove, table, columns, std::forward<Rows>(rows),
                                           bulk_terms{.options = options});
    }
    /// DELETE ... RETURNING. nullopt: there is no such row, or its key comes again. Errors: as update_many.
    template <class R, std::ranges::input_range Rows>
    Answer<std::vector<std::optional<R>>> delete_many(const identifier& table, const column_names& columns, Rows&& rows,
                                                      const returning& back, const bulk_options& options = {}) {
        return run<R>(bulk_verb::remove, table, columns, std::forward<Rows>(rows),
                      bulk_terms{.returned = back, .options = options});
    }

private:
    friend Self;
    friend class verbs<Self, Answer>;
    bulk_verbs() = default;

    template <class R, class Rows>
    auto run(bulk_verb verb, const identifier& table, const column_names& columns, Rows&& rows,
             const bulk_terms& terms) {
        using row = std::ranges::range_value_t<std::remove_reference_t<Rows>>;
        require_a_column_each(columns, row_shape<row>::size, cpp_type_name<row>());
        if constexpr (Self::target_type::suspends) core::refuse_what_gcc12_breaks<Rows>();
        auto request = make_request(verb, table, columns, terms);
        return Self::target_type::template bulk<R, Rows>(static_cast<Self&>(*this).target(), std::move(request),
                                                         std::forward<Rows>(rows));
    }
};

}  // namespace howdah
