#include "howdah/core/ping_call.hpp"

#include "howdah/core/engine.hpp"
#include "howdah/wire/frontend.hpp"

namespace howdah::core {

void ping_call::advance(engine& e) {
    wire::serialize(wire::sync_message{}, e.open_exchange(*this));
    e.close_exchange();
}

void ping_call::ready(engine& e) { e.finish(*this); }

}  // namespace howdah::core
