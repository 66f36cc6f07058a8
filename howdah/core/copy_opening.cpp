#include "howdah/core/copy_opening.hpp"

#include <string>

#include "howdah/core/command_call.hpp"
#include "howdah/core/statement_remark.hpp"
#include "howdah/wire/frontend.hpp"

namespace howdah::core {

std::optional<error> refuse_unless_copy(const statement_text& text, const char* instead) {
    const auto& o = text.outline();
    if (o.kind == statement_kind::copy && !o.several_statements && o.flaw == detail::flaw::none) return std::nullopt;
    return error{errc::wrong_statement_kind, std::string{"the statement was not sent: it is not one "} + instead};
}

error no_columns_in_simple_mode() {
    return error{errc::wrong_statement_kind, "statement_mode simple can't tell the columns of a typed COPY"};
}

void write_copy(std::string_view columns, std::string_view copy, const statement_comment* says, statement_mode mode,
                bytes& out) {
    if (!columns.empty()) {
        wire::serialize(wire::parse_message{.statement = {}, .sql = columns, .parameter_types = {}}, out);
        wire::serialize(wire::describe_message{.target = wire::target::statement, .name = {}}, out);
    }
    const auto remark = remark_behind(copy, says);
    if (mode == statement_mode::simple) return wire::serialize(wire::simple_query{.sql = copy, .comment = remark}, out);
    serialize_command(std::string{copy} + remark, out);
}

}  // namespace howdah::core
