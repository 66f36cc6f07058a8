#pragma once

#include <boost/intrusive/list_hook.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "howdah/base/bytes.hpp"
#include "howdah/base/error.hpp"
#include "howdah/core/call_options.hpp"
#include "howdah/observe/statement_comment.hpp"
#include "howdah/wire/recipient.hpp"

namespace howdah {

struct parameter_view;

}  // namespace howdah

namespace howdah::core {

class engine;

using clock = std::chrono::steady_clock;

/// Whether other calls may be in flight beside one that holds no lease.
enum class sharing : std::uint8_t { shared, exclusive };

/// What a ROLLBACK takes with it.
struct undone {
    enum class part : std::uint8_t { transaction, behind_savepoint };

    enum part part = part::transaction;
    std::uint64_t portals_kept = 0;  // of the connection's: those that were opened later are gone
};

/// One call on its way over a connection: lives in the caller's frame, is answered by the engine. Destroying it early
/// is allowed: the engine reads its answers to their end, and throws them away.
/// A call that gives its answer in parts is `paused` while its caller looks at one, until engine::resume().
class operation : public wire::recipient,
                  public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
public:
    enum class state : std::uint8_t { idle, waiting, running, paused, done };

    operation() = default;
    operation(const operation&) = delete;
    operation& operator=(const operation&) = delete;
    virtual ~operation();

    bool done() const noexcept { return state_ == state::done; }
    /// It has been submitted or resumed, and has nothing to say yet.
    bool pending() const noexcept { return state_ == state::waiting || state_ == state::running; }
    enum state state() const noexcept { return state_; }
    const std::optional<error>& failure() const noexcept { return failure_; }
    /// When its time is over; once it is submitted.
    clock::time_point deadline() const noexcept { return deadline_; }
    /// What the call runs, for observers and messages.
    virtual std::string_view text() const noexcept = 0;
    /// The statements that it runs, with their parameters: those of text() alone, but for a pipeline.
    struct watched_statement {
        std::string_view text{};
        std::span<const parameter_view> parameters{};
    };
    virtual std::size_t statements() const noexcept { return 1; }
    virtual watched_statement statement_at(std::size_t) const noexcept { return {.text = text()}; }
    /// It goes on sending before its answer is due, and the server may say no meanwhile.
    virtual bool may_be_refused_meanwhile() const noexcept { return false; }
    /// The caller goes away before the answer: as the destructor does it, and no later event reaches this object.
    void abandon() noexcept;

    // How it wants to be run; set before it is submitted.
    lease_id lease = 0;
    enum sharing sharing = sharing::shared;
    acquire_time acquiring{};  // for observers
    call_options options;
    void* waiter = nullptr;  // the driver's: who is to be told

protected:
    /// It may send its next exchange, or finish. First called when its turn has come.
    virtual void advance(engine& e) = 0;
    /// A message of its exchange; errc::protocol_violation closes the connection.
    virtual std::error_code message(engine& e, char tag, bytes_view body) = 0;
    /// A run of whole DataRow frames.
    virtual std::error_code rows(engine& e, bytes_view frames, std::uint32_t count) = 0;
    /// A run of whole CopyData frames. The default takes them as messages.
    virtual std::error_code copy_data(engine& e, bytes_view frames, std::uint32_t count);
    /// ErrorResponse: what follows up to the Sync is skipped by the server.
    virtual void rejected(engine& e, server_message&& message) = 0;
    /// The exchange is over: send another by engine::proceed(), or finish.
    virtual void ready(engine& e) = 0;
    /// The connection is lost after something of it was sent. The default's fate is unknown.
    virtual enum fate fate_when_lost() const noexcept { return fate::unknown; }
    /// May be sent again when a cancel that was meant for another has hit it. What may not be is exclusive.
    virtual bool may_be_resent() const noexcept { return false; }
    /// Such a cancel has: it writes what its exchange lacks to come to an end. restart() follows.
    virtual void interrupted(engine&) {}
    /// It is a ROLLBACK: what has the transaction to itself is gone with it.
    virtual std::optional<undone> undoes() const noexcept { return std::nullopt; }
    /// It travels as a simple Query. A BEGIN that fails in front of it would have the server skip it, and its ReadyForQuery.
    virtual bool is_simple_query(const engine&) const noexcept { return false; }
    /// Its caller goes away, or its time is over: it writes what its exchange lacks to come to an end by itself. Not
    /// called for what waits unsent.
    virtual on_abandon leave(engine&) { return on_abandon::cancel; }
    /// leave() has ended its COPY FROM STDIN, which the server may not have agreed to yet.
    virtual bool has_failed_copy_in() const noexcept { return false; }
    /// To be sent again: what the server has not done.
    virtual void restart() noexcept {}
    /// It is done, with an answer or without.
    virtual void concluded() {}

    /// Where it runs; null before it is submitted and after it is done.
    engine* owner() const noexcept { return engine_; }

    void fail(error e) {
        if (!failure_) failure_.emplace(std::move(e));
    }
    void forgive() noexcept { failure_.reset(); }

    // Where its time went, and what came. Only where there is an observer: others have no room for it in their frames.
    struct tally {
        std::uint32_t attempt = 1;
        clock::time_point sent{}, answered{};
        clock::duration decoding{}, decoding_now{};  // decoding_now: of what was read at read_at
        clock::time_point read_at{};
        std::uint64_t rows = 0, bytes = 0;
        std::unique_ptr<const statement_comment> comment{};  // null: none
    };
    /// What its statements tell the server besides; null: nothing.
    const statement_comment* comment() const noexcept { return tally_ ? tally_->comment.get() : nullptr; }

    bool may_leave_transaction_ = false;  // what it runs may begin one and not end it

private:
    friend class engine;

    engine* engine_ = nullptr;
    std::optional<error> failure_;
    std::uint64_t portal_ = 0;  // the connection's n-th; 0: none with a name
    clock::time_point submitted_{}, started_{}, resumed_{}, deadline_{};
    std::unique_ptr<tally> tally_;
    enum state state_ = state::idle;
    bool timed_out_ = false;  // its cancel is under way
    bool resent_ = false;
    bool resend_when_ready_ = false;
    bool told_ = false;  // that it is paused: nobody waits for it
    bool portal_is_gone_ = false;
};

/// The handle that a call was made on refers to nothing any more.
error no_connection();

}  // namespace howdah::core
