#pragma once

#include <optional>
#include <string>

#include "howdah/core/engine.hpp"
#include "howdah/core/wal_position.hpp"
#include "howdah/sql/result.hpp"

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

/// COMMIT or ROLLBACK of the transaction that holds the lease. A COMMIT may ask for its place in the write-ahead log too,
/// in the same write and round trip.
class end_call final : public operation {
public:
    enum class how : std::uint8_t { commit, roll_back };
    enum class position : std::uint8_t { unasked, wanted };

    end_call(lease_id of, enum how what, enum position where = position::unasked) noexcept
        : how_{what}, position_{where} {
        lease = of;
    }
    std::string_view text() const noexcept override { return how_ == how::commit ? "commit" : "rollback"; }

    /// The server has said that it is done; whatever came behind that.
    bool confirmed() const noexcept { return confirmed_; }
    /// Behind the COMMIT; nullopt: not asked for, or not learnt, because the server is not asked by the right role, or
    /// is gone.
    std::optional<wal_position> where() const;

private:
    /// What the exchange in front is for.
    enum class stage : std::uint8_t { asking_mode, ending, asking_position };

    std::optional<undone> undoes() const noexcept override {
        return how_ == how::commit ? std::nullopt : std::optional{undone{}};
    }
    // Hit by the cancel of what it undoes: the transaction has failed, and is still there.
    bool may_be_resent() const noexcept override { return how_ == how::roll_back; }
    void restart() noexcept override { answered_ = false; }
    void advance(engine& e) override;
    std::error_code message(engine& e, char tag, bytes_view body) override;
    std::error_code rows(engine& e, bytes_view frames, std::uint32_t count) override;
    void rejected(engine& e, server_message&& m) override;
    void ready(engine& e) override;
    enum fate fate_when_lost() const noexcept override;
    std::error_code answered(bytes_view body);

    enum how how_;
    enum position position_;
    stage stage_ = stage::ending;
    bool answered_ = false, confirmed_ = false;
    result mode_, place_;  // what was asked beside it
};

}  // namespace howdah::core
