#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "howdah/config/connection_config.hpp"

namespace howdah::clustering {

/// More than this is no answer.
inline constexpr std::size_t largest_http_answer = std::size_t{1} << 20;

std::string http_request(const endpoint& to, std::string_view path, std::string_view authorization = {});

/// What a server answers to a GET, as it comes.
class http_answer {
public:
    http_answer();
    ~http_answer();

    /// Throws errc::protocol_violation for what is no HTTP, with the beginning of what it says, and message_too_large.
    void feed(std::string_view part);
    /// The connection has ended, which may be the answer's end too. Throws as feed() if it is not.
    void end();
    bool done() const noexcept;
    /// Of an answer that is done. Throws errc::protocol_violation if its status is none of 200.
    const std::string& body() const;

private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace howdah::clustering
