#pragma once
// How COPY begins, whichever way its data goes.

#include <optional>
#include <string_view>

#include "howdah/base/bytes.hpp"
#include "howdah/base/error.hpp"
#include "howdah/config/connection_config.hpp"
#include "howdah/observe/statement_comment.hpp"
#include "howdah/sql/sql.hpp"

namespace howdah::core {

/// The statement is not one COPY; `instead` says what it should be.
std::optional<error> refuse_unless_copy(const statement_text& text, const char* instead);

/// A typed COPY needs its columns described, which only the extended protocol does.
error no_columns_in_simple_mode();

/// To whom would run beside it in its transaction.
inline constexpr char copy_is_alone[] = "a COPY has this transaction to itself: bring it to its end first";

/// `columns` is a statement that is only described, for its columns; empty: none. Behind `copy` goes no Sync yet. `says`: see
/// remark_behind().
void write_copy(std::string_view columns, std::string_view copy, const statement_comment* says, statement_mode mode,
                bytes& out);

}  // namespace howdah::core
