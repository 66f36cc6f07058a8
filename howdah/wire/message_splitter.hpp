#pragma once

#include <cstddef>
#include <optional>
#include <system_error>

#include "howdah/base/bytes.hpp"

namespace howdah::wire {

/// One message of a conversation. The body dies at the next call to the splitter, or with what it was fed.
struct message_view {
    char tag = 0;  // 0: a startup packet, which has none
    bytes_view body{};
    std::size_t body_size = 0;
    /// The message is longer than the splitter keeps: its body is passed over, and `body` is empty.
    bool passed_over = false;
};

/// Cuts one direction of a conversation into its messages, wherever the reads cut it. Does not copy a message that
/// lies whole in what is fed; keeps no more than `longest` bytes of one that does not.
class message_splitter {
public:
    enum class begins_with { startup_packet, message };

    message_splitter(begins_with what, std::size_t longest) noexcept
        : longest_{longest}, untagged_{what == begins_with::startup_packet} {}

    /// What was read next. It stays where it is until next() has given nullopt, before which nothing else is fed.
    void feed(bytes_view in) noexcept { in_ = in; }
    /// The next message; nullopt: more has to be fed, or failure() says what is wrong.
    std::optional<message_view> next();
    /// A length that can't be: nothing that follows can be read.
    std::error_code failure() const noexcept { return failure_; }
    /// The next message is a startup packet again: what comes after the answer to an SSLRequest.
    void expect_startup_packet() noexcept { untagged_ = true; }

    /// Nothing of a message that is not whole is kept: the conversation may end here.
    bool between_messages() const noexcept { return kept_.empty() && in_.empty() && to_pass_over_ == 0; }
    /// What was fed and has not been given yet.
    bytes_view rest() const noexcept { return in_; }

private:
    std::size_t header_size() const noexcept;
    std::optional<std::size_t> body_size(bytes_view header);
    std::optional<message_view> give(bytes_view whole);
    std::optional<message_view> pass_over(bytes_view header, std::size_t size);
    bool fill(std::size_t wanted);

    std::size_t longest_;
    bool untagged_;
    bool gave_kept_ = false;  // what was given last lies in kept_
    bytes_view in_;
    bytes kept_;
    std::size_t to_pass_over_ = 0;
    std::error_code failure_;
};

}  // namespace howdah::wire
