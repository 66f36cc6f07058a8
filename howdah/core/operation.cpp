#include "howdah/core/operation.hpp"

#include "howdah/core/engine.hpp"
#include "howdah/sql/data_row.hpp"
#include "howdah/wire/backend.hpp"

namespace howdah::core {

operation::~operation() { abandon(); }

void operation::abandon() noexcept {
    if (engine_ != nullptr) engine_->abandon(*this);
}

std::error_code operation::copy_data(engine& e, bytes_view frames, std::uint32_t count) {
    std::error_code failed;
    for (const auto* at = frames.data(); count != 0 && !failed; --count) {
        const auto frame = data_row::split(at);
        at += frame.size;
        failed = message(e, wire::tag::copy_data, frame.body);
    }
    return failed;
}

error no_connection() {
    return error{errc::transaction_ended, "the transaction or the connection was moved from, or has ended"};
}

}  // namespace howdah::core
