#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "howdah/core/operation.hpp"

namespace howdah::core {

/// Parse, Bind and Execute of a statement without parameters, rows or a name.
void serialize_command(std::string_view sql, bytes& out);

/// Statements of the library's own, such as SAVEPOINT: without parameters and rows, in one exchange.
class command_call final : public operation {
public:
    explicit command_call(std::vector<std::string> commands) : commands_{std::move(commands)} {}
    std::string_view text() const noexcept override { return commands_.front(); }

private:
    void advance(engine& e) override;
    std::error_code message(engine& e, char tag, bytes_view body) override;
    std::error_code rows(engine&, bytes_view, std::uint32_t) override { return errc::protocol_violation; }
    void rejected(engine&, server_message&& m) override { fail(error{std::move(m)}); }
    void ready(engine& e) override;

    std::vector<std::string> commands_;
    std::size_t answered_ = 0;
};

}  // namespace howdah::core
