#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>

#include "howdah/async/dial.hpp"
#include "howdah/async/waiter.hpp"
#include "howdah/core/engine.hpp"
#include "howdah/core/pumped_channel.hpp"

namespace howdah::async {

/// The pump: a read that is always pending, writes that are made at once or once a batch, and one coarse timer for
/// all deadlines. Lives as long as its handle or its pending read; everything happens on its executor.
class connection_core final : public std::enable_shared_from_this<connection_core>, core::driver {
public:
    connection_core(dialled d, std::shared_ptr<const connection_config> config);
    connection_core(const connection_core&) = delete;
    connection_core& operator=(const connection_core&) = delete;
    ~connection_core();

    /// Begins to read; called once.
    void start(bytes_view left_over);
    /// Runs `op`, or lets it go on where it is paused; its waiter is resumed later, never from in here.
    void submit(core::operation& op);
    /// The waiting caller wants no answer any more.
    void cancel(core::operation& op);
    /// Says goodbye to the server; all calls end.
    void close() noexcept;
    /// Nobody answers there any more: all calls end with `why`, each with its own fate.
    void cut_off(const error& why);

    /// Called once, on the executor, when the connection has ended by itself: not by close().
    void when_lost(std::function<void()> tell) noexcept { when_lost_ = std::move(tell); }

    core::engine& engine() noexcept { return engine_; }
    const core::engine& engine() const noexcept { return engine_; }
    const core::connected_to& where() const noexcept { return to_; }
    const std::shared_ptr<const connection_config>& config() const noexcept { return config_; }
    const boost::asio::any_io_executor& executor() const noexcept { return executor_; }

private:
    struct read_handler;

    void attention() noexcept override;
    void read_on();
    void on_read(const boost::system::error_code& failed, std::size_t n);
    void arm_timer();
    void on_timer();
    void meet(core::clock::time_point deadline);
    void flush();
    void flush_soon();
    void settle();
    void close_socket();
    void resume_done();
    void start_cancel();
    void executor_gone() noexcept;

    boost::asio::any_io_executor executor_;
    stream_socket socket_;
    boost::asio::steady_timer timer_;
    core::connected_to to_;
    std::shared_ptr<const connection_config> config_;
    core::engine engine_;
    core::pumped_channel pump_;
    core::clock::time_point wakes_at_ = core::clock::time_point::max();
    bool corked_ = false;  // a batch of input is being answered: one write follows it
    bool flush_posted_ = false;
    bool reading_ = false;  // a read is pending
    bool waits_to_write_ = false;
    std::function<void()> when_lost_;
};

}  // namespace howdah::async
