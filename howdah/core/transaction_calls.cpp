#include "howdah/core/transaction_calls.hpp"

#include "howdah/core/engine.hpp"
#include "howdah/wire/frontend.hpp"

namespace howdah::core {

void lease_call::advance(engine& e) {
    granted_ = e.grant(std::move(begin_), limits_);
    e.finish(*this);
}

void end_call::advance(engine& e) {
    if (!e.has_begun(lease)) {  // nothing was sent, so there is nothing to end
        const auto unused = lease;
        e.finish(*this);
        return e.release(unused);
    }
    e.ending(*this);
    wire::serialize(wire::simple_query{.sql = text()}, e.open_exchange(*this));
    e.close_exchange();
}

std::error_code end_call::message(engine&, char tag, bytes_view body) {
    wire::command_complete c;
    if (tag != wire::tag::command_complete || parse(body, c)) return errc::protocol_violation;
    answered_ = true;
    if (how_ == how::commit && c.command_tag != "COMMIT")
        fail(error{errc::commit_rolled_back,
                   "the transaction had failed, so the server rolled it back instead of committing it",
                   fate::rejected});
    return {};
}

void end_call::rejected(engine&, server_message&& m) { fail(error{std::move(m)}); }
void end_call::ready(engine& e) {
    if (!answered_)
        fail(error{errc::protocol_violation, "the server ended the exchange without an answer", fate_when_lost()});
    e.finish(*this);
}

}  // namespace howdah::core
