#pragma once

#include <string>

#include "howdah/core/engine.hpp"

namespace howdah::core {

/// Waits for the connection's lease: nothing is sent, BEGIN travels with the first statement.
class lease_call final : public operation {
public:
    /// `granted` belongs to whoever gives the lease back, even if the call is never resumed.
    lease_call(std::string begin, lease_id& granted, const lease_limits& limits = {})
        : begin_{std::move(begin)}, limits_{limits}, granted_{granted} {
        sharing = core::sharing::exclusive;
    }
    std::string_view text() const noexcept override { return "begin"; }

private:
    void advance(engine& e) override;
    std::error_code message(engine&, char, bytes_view) override { return errc::protocol_violation; }
    std::error_code rows(engine&, bytes_view, std::uint32_t) override { return errc::protocol_violation; }
    void rejected(engine&, server_message&&) override {}
    void ready(engine&) override {}

    std::string begin_;
    lease_limits limits_;
    lease_id& granted_;
};

/// COMMIT or ROLLBACK of the transaction that holds the lease.
class end_call final : public operation {
public:
    enum class how : std::uint8_t { commit, roll_back };

    end_call(lease_id of, enum how what) noexcept : how_{what} { lease = of; }
    std::string_view text() const noexcept override { return how_ == how::commit ? "commit" : "rollback"; }

private:
    std::optional<std::uint64_t> undoes_portals_behind() const noexcept override {
        return how_ == how::commit ? std::nullopt : std::optional<std::uint64_t>{0};
    }
    void advance(engine& e) override;
    std::error_code message(engine& e, char tag, bytes_view body) override;
    std::error_code rows(engine&, bytes_view, std::uint32_t) override { return errc::protocol_violation; }
    void rejected(engine& e, server_message&& m) override;
    void ready(engine& e) override;
    enum fate fate_when_lost() const noexcept override {
        return how_ == how::commit ? fate::commit_unknown : fate::rejected;
    }

    enum how how_;
    bool answered_ = false;
};

}  // namespace howdah::core
