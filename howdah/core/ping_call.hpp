#pragma once

#include "howdah/core/operation.hpp"

namespace howdah::core {

/// A sign of life: a bare Sync. Its turn comes when all else on the connection has ended, so once it is answered the
/// connection is clean.
class ping_call final : public operation {
public:
    ping_call() { sharing = core::sharing::exclusive; }
    std::string_view text() const noexcept override { return {}; }

private:
    void advance(engine& e) override;
    std::error_code message(engine&, char, bytes_view) override { return errc::protocol_violation; }
    std::error_code rows(engine&, bytes_view, std::uint32_t) override { return errc::protocol_violation; }
    void rejected(engine&, server_message&& m) override { fail(error{std::move(m)}); }
    void ready(engine& e) override;
};

}  // namespace howdah::core
