#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "howdah/core/operation.hpp"

namespace howdah::core {

/// Parse, Bind and Execute of a statement without parameters, rows or a name.
void serialize_command(std::string_view sql, bytes& out);

/// Statements of the library's own, such as SAVEPOINT: without parameters and rows, in one exchange.
class command_call final : public operation {
public:
    /// `portals_kept`: they undo a savepoint, and so many portals had been opened before it was made.
    explicit command_call(std::vector<std::string> commands, std::optional<std::uint64_t> portals_kept = std::nullopt)
        : commands_{std::move(commands)}, portals_kept_{portals_kept} {}
    std::string_view text() const noexcept override { return commands_.front(); }
    /// The portals of the connection that had been opened when this went out.
    std::uint64_t portals() const noexcept { return portals_; }

private:
    void advance(engine& e) override;
    std::error_code message(engine& e, char tag, bytes_view body) override;
    std::error_code rows(engine&, bytes_view, std::uint32_t) override { return errc::protocol_violation; }
    void rejected(engine&, server_message&& m) override { fail(error{std::move(m)}); }
    void ready(engine& e) override;
    // SAVEPOINT and its like are never asked: they run under a lease. LISTEN and UNLISTEN twice are as good as once.
    bool may_be_resent() const noexcept override { return true; }
    void restart() noexcept override { answered_ = 0; }
    std::optional<undone> undoes() const noexcept override {
        if (!portals_kept_) return std::nullopt;
        return undone{.part = undone::part::behind_savepoint, .portals_kept = *portals_kept_};
    }

    std::vector<std::string> commands_;
    std::optional<std::uint64_t> portals_kept_;
    std::uint64_t portals_ = 0;
    std::size_t answered_ = 0;
};

}  // namespace howdah::core
