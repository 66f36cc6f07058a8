#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "howdah/base/bytes.hpp"
#include "howdah/sim/replay/execution.hpp"
#include "howdah/sim/replay/replayer.hpp"
#include "howdah/sim/replay/session_state.hpp"
#include "howdah/wire/frontend_parsing.hpp"
#include "howdah/wire/message_splitter.hpp"

namespace howdah::sim {

/// One client's session of a replay, from AuthenticationOk on, as its server sees it (protocol, sections 55.2.2 to 55.2.7).
/// Does no I/O: bytes in by feed(), bytes out by output(). Never throws but std::bad_alloc.
class replay_session {
public:
    enum class progress : std::uint8_t {
        need_input,   // send output(), then feed
        more_output,  // send output(), then call advance() again
        wait,         // send output(), then call waited() after delay(), or cancel()
        over,         // send output(), then close
    };

    explicit replay_session(std::shared_ptr<replayer> from);

    /// AuthenticationOk, ParameterStatus, BackendKeyData and ReadyForQuery. Of the client's own start-up parameters those
    /// are taken that a server reports.
    void greet(std::string_view user, const std::vector<std::pair<std::string, std::string>>& startup,
               const wire::backend_key_data& key);

    /// What was read. It stays where it is until need_input is given again.
    void feed(bytes_view in) noexcept {
        messages_.feed(in);
        waited_ = {};
    }
    progress advance();
    std::chrono::microseconds delay() const noexcept { return delay_; }
    void waited();
    /// A CancelRequest: what waits is given up. Nothing else lasts.
    void cancel();

    bytes_view output() const noexcept;
    void written(std::size_t n) noexcept;

private:
    static constexpr std::size_t output_at_once = std::size_t{256} << 10;

    enum class state : std::uint8_t { ready, waiting, playing, copying_in, over };

    struct prepared {
        std::shared_ptr<const known_statement> statement;
        std::vector<oid> types;  // as Parse said them
    };
    struct portal {
        std::shared_ptr<const known_statement> statement;
        bytes values;  // what `parameters` show
        std::vector<field> parameters;
        std::vector<format> result_formats;
        std::shared_ptr<recorded_entry> recorded;
        std::shared_ptr<execution> running;  // once it was executed
    };
    using portals = std::map<std::string, portal, std::less<>>;

    // Messages.
    void take(const wire::message_view& m);
    void take_simple_query(bytes_view body);
    void take_parse(bytes_view body);
    void take_bind(bytes_view body);
    void take_describe(bytes_view body);
    void describe_statement(const prepared& s);
    void describe_portal(portal& p);
    void describe_portal_of_sql(std::string_view name);
    void refuse_description(const replay_request& asked);
    void take_execute(bytes_view body);
    void execute_portal_of_sql(const wire::execute_message& m);
    void take_close(bytes_view body);
    void take_sync();
    void take_copy(const wire::message_view& m);
    void copy_ended(recorded_copy::ending how, std::string_view reason);

    // Statements.
    // False: it was refused, and that has been said.
    bool start(const std::shared_ptr<const known_statement>& what, const replay_request& asked, execution::shape how,
               const std::vector<format>& formats);
    void play();
    void finish_statement();
    void fail_statement();
    void report_changes(const answer& given);
    bool refused_at(const replay_request& asked, enum refused_at where);
    bool refused_in_failed_transaction(const replay_request& asked);

    // Endings.
    void fail(const server_message& why);
    void fail(std::string_view code, std::string message);
    void ready();
    void violate(std::string message);
    oid parameter_type(const prepared& s, std::size_t i) const;

    std::shared_ptr<replayer> from_;
    session_state session_;
    session_track track_;
    wire::message_splitter messages_;
    wire::received_parse parse_;  // kept for their capacity
    wire::received_bind bind_;
    std::map<std::string, prepared, std::less<>> statements_;
    portals portals_;

    enum state state_ = state::ready;
    bool skipping_ = false;  // to the next Sync, after an error
    bool is_query_ = false;  // what runs is a simple Query
    std::shared_ptr<execution> running_;
    std::chrono::microseconds delay_{0};
    std::chrono::microseconds waited_{0};  // since what was fed last came: requests that come together wait together
    std::optional<server_message> after_delay_;  // the fault that comes in place of the answer
    std::map<std::string, std::string> to_report_;
    std::vector<recorded_notification> to_notify_;

    bytes output_;
    std::size_t written_ = 0;
    std::optional<std::size_t> cut_at_;  // a fault: where the output ends for ever
};

}  // namespace howdah::sim
