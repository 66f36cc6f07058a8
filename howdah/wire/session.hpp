#pragma once

#include <boost/circular_buffer.hpp>
#include <cstdint>
#include <span>
#include <system_error>

#include "howdah/base/bytes.hpp"
#include "howdah/wire/backend.hpp"
#include "howdah/wire/recipient.hpp"

namespace howdah::wire {

struct session_options {
    std::size_t max_message_bytes = largest_frame;
    std::size_t pipeline_depth = 100;                   // exchanges in flight that room_for_exchange() allows
    std::size_t pipeline_bytes = std::size_t{1} << 20;  // request bytes in flight that room_for_exchange() allows

    static constexpr std::size_t largest_frame = std::size_t{1} << 30;
};

/// What the session has to say. The view dies at the next input_space().
struct event {
    enum class kind : std::uint8_t {
        need_input,    // nothing complete is left: read more
        rows,          // `data` is a run of `count` whole DataRow frames, headers included
        copy_data,     // the same of CopyData
        message,       // one message of an exchange: `tag`, and its body in `data`
        prelude_done,  // what was sent in front of the exchange's own messages has succeeded
        ready,         // the exchange is over; status() is new. `to` is whom it belonged to
        notice,        // NoticeResponse: body
        notification,  // NotificationResponse: body
        parameter,     // ParameterStatus: body
        unsolicited,   // ErrorResponse that belongs to no exchange: body. The server is going away
        violation,     // the stream can't be trusted any more: close. failure() says why
    };
    kind what = kind::need_input;
    char tag = 0;
    bool in_prelude = false;  // of an ErrorResponse: what failed is the prelude
    std::uint32_t count = 0;
    recipient* to = nullptr;  // null: nobody waits for it any more
    bytes_view data{};
};

/// The protocol after startup: exchanges out, events in. An exchange is what one ReadyForQuery ends.
/// Does no I/O, keeps no time, throws nothing but std::bad_alloc.
class session {
public:
    explicit session(session_options options);

    // Requests. Messages are serialised straight into output() between begin() and end().

    /// Opens an exchange. Its first `prelude` commands (a BEGIN in front of a statement) are not the recipient's:
    /// their answers are swallowed up to the last CommandComplete, which gives event::prelude_done.
    void begin(recipient* to, std::uint8_t prelude = 0);
    bytes& output() noexcept { return output_; }
    /// Closes the exchange; its messages hold a Sync or a Query.
    void end();
    /// Takes back the exchange that is open, and what was written for it.
    void take_back();
    /// False while the pipeline is as deep, or holds as many bytes, as it may.
    bool room_for_exchange() const noexcept;
    /// The recipient goes away: its exchanges are read to their end, and thrown away. They belong to `heir` from here
    /// on, which sees all but their rows; null: to nobody.
    void forget(recipient& to, recipient* heir = nullptr) noexcept;
    /// The exchange at the head wants no further rows or data: they are skipped without being buffered.
    void skip_rows() noexcept { in_flight_.front().skip_rows = true; }

    // Bytes out.
    bytes_view pending_output() const noexcept { return bytes_view{output_}.subspan(written_, writable() - written_); }
    void written(std::size_t n) noexcept;

    // Bytes in.
    /// At least `least` bytes to read into. Views from earlier events die here.
    std::span<std::byte> input_space(std::size_t least);
    /// The first `n` bytes of the input space were read.
    void commit(std::size_t n) noexcept;
    event next_event();

    // State.
    transaction_status status() const noexcept { return status_; }
    void start_from(transaction_status status) noexcept { status_ = status; }
    std::size_t in_flight() const noexcept { return in_flight_.size(); }
    /// The recipient of the exchange that the server is working on; null: none, or nobody's.
    recipient* head() const noexcept { return in_flight_.empty() ? nullptr : in_flight_.front().to; }
    /// Something of the recipient's exchanges has been handed to the socket.
    bool was_sent(const recipient& to) const noexcept;
    /// An exchange of the recipient's is in flight, or in output() to be sent.
    static bool has(const recipient& to) noexcept { return to.in_flight_ != 0; }
    bool is_last(const recipient& to) const noexcept { return !in_flight_.empty() && in_flight_.back().to == &to; }
    /// Every Sync is answered and no transaction is open.
    bool clean() const noexcept { return in_flight_.empty() && !open_ && status_ == transaction_status::idle; }
    std::error_code failure() const noexcept { return failure_; }

private:
    struct exchange {
        recipient* to;        // null: nobody
        std::uint64_t start;  // its place in all that was ever written
        std::size_t bytes;
        std::uint8_t prelude;  // commands in front, not yet complete
        bool skip_rows;
    };

    std::size_t writable() const noexcept { return open_ ? open_at_ : output_.size(); }
    event run_event(char of);
    event message_event(char tag, bytes_view body);
    event exchange_event(char tag, bytes_view body);
    event ready_event(bytes_view body);
    event violation(std::error_code why) noexcept;
    bool skips_rows() const noexcept;
    void skip_frame(std::size_t size) noexcept;

    session_options options_;
    boost::circular_buffer<exchange> in_flight_;
    transaction_status status_ = transaction_status::idle;
    std::error_code failure_;

    bytes output_;
    std::size_t written_ = 0;
    std::uint64_t dropped_ = 0;  // bytes that were written and have left output_
    std::size_t bytes_in_flight_ = 0;
    bool open_ = false;
    std::size_t open_at_ = 0;
    exchange opening_{};

    bytes input_;
    std::size_t begin_ = 0, end_ = 0;  // what is read and not yet handed out
    std::size_t skip_ = 0;             // bytes of a skipped frame still to come
};

}  // namespace howdah::wire
