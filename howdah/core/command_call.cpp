#include "howdah/core/command_call.hpp"

#include "howdah/core/engine.hpp"
#include "howdah/wire/frontend.hpp"

namespace howdah::core {

void serialize_command(std::string_view sql, bytes& out) {
    wire::serialize(wire::parse_message{.statement = {}, .sql = sql, .parameter_types = {}}, out);
    const auto bind = wire::begin_bind({.portal = {}, .statement = {}, .parameter_formats = {}, .parameters = 0}, out);
    (void)wire::end_bind(bind, {}, out);  // without values it is never too large
    wire::serialize(wire::execute_message{.portal = {}}, out);
}

// The extended protocol even where the statements of others are simple: BEGIN may stand in front.
void command_call::advance(engine& e) {
    auto& out = e.open_exchange(*this);
    portals_ = e.portals();
    if (portals_kept_) e.lose_portals_behind(*portals_kept_);
    for (const auto& c : commands_) serialize_command(c, out);
    wire::serialize(wire::sync_message{}, out);
    e.close_exchange();
}

std::error_code command_call::message(engine&, char tag, bytes_view) {
    switch (tag) {
        case wire::tag::bind_complete: return {};
        case wire::tag::command_complete: ++answered_; return {};
        default: return errc::protocol_violation;
    }
}

void command_call::ready(engine& e) {
    if (!failure() && answered_ != commands_.size())
        fail(error{errc::protocol_violation, "the server ended the exchange without an answer", fate::unknown});
    e.finish(*this);
}

}  // namespace howdah::core
