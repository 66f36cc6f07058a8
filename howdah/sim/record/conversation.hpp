#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "howdah/base/bytes.hpp"
#include "howdah/sim/record/portals.hpp"
#include "howdah/sim/record/recording.hpp"
#include "howdah/wire/backend.hpp"
#include "howdah/wire/frontend_parsing.hpp"
#include "howdah/wire/message_splitter.hpp"

namespace howdah::sim {

/// One session between a client and a server, from the first ReadyForQuery on, as somebody hears it who says nothing: the
/// bytes of both become interactions. Does no I/O; time is an argument. A client's message must be heard before the
/// server's answer to it.
///
/// Names are looked up when the server answers, so that statements and portals are those that the server used. What Parse
/// or Describe of a statement is refused with is recorded under the statement without parameters. A portal that is read in
/// parts is one use, and so is a simple Query of several statements; of a portal that SQL made, each part is one. Nothing is recorded of what can't be replayed
/// (replication, function calls) or was not answered; `recording::lost` is told.
class conversation {
public:
    explicit conversation(recording& into);
    conversation(const conversation&) = delete;
    conversation& operator=(const conversation&) = delete;
    ~conversation() { into_.let_go(this); }

    // Throw error (cassette_errc) if the cassette can't be written.
    void client_said(bytes_view in, clock::time_point now);
    void server_said(bytes_view in, clock::time_point now);
    /// Either end has closed the connection.
    void ended(clock::time_point now);

private:
    struct request {
        char tag;
        bytes body;
        clock::time_point at;
    };

    // What the client says.
    void take_request(const wire::message_view& m);
    void take_copy_in(char tag, bytes_view body);
    void take_early_copy();
    // What the server says.
    void take_answer(const wire::message_view& m);
    void take_completion(char tag, bytes_view body);
    void take_description(char tag, bytes_view body);
    void take_rows_or_copy(char tag, bytes_view body);
    void take_aside(char tag, bytes_view body);
    void take_error(bytes_view body);
    void take_ready(bytes_view body);

    void take_portal_description(std::string_view name, std::optional<std::vector<recorded_column>> columns,
                                 std::vector<format> formats);

    void define_statement();
    /// False: its statement is none that was heard of.
    bool bind_portal();
    void close_named();
    void leave_portal(std::string_view name);
    std::shared_ptr<heard_portal> executed_portal();

    char head() const noexcept { return pending_.empty() ? '\0' : pending_.front().tag; }
    void pop();
    void drop_to_sync();
    open_use* running();
    answer* nearest();

    void finish(heard_portal& p);
    void finish_query();
    void finish_portals();
    void keep(interaction_key key, answer given, std::shared_ptr<place_in_order> place = nullptr);
    std::shared_ptr<place_in_order> take_place();
    void rest();
    void let_go_of_latest();
    void record_settled();
    void record_all();
    void record(place_in_order& use);
    void give_up(const std::string& why);
    bool malformed(std::error_code why);

    recording& into_;
    std::size_t session_;
    wire::message_splitter from_client_, from_server_;
    clock::time_point now_{};

    std::deque<request> pending_;  // what the server has not answered
    std::size_t pending_bytes_ = 0;
    bool skipping_ = false;  // the server passes over everything up to a Sync
    by_name<heard_statement> statements_;
    by_name<heard_portal> portals_;
    std::vector<oid> described_types_;  // ParameterDescription, whose RowDescription is to come

    std::shared_ptr<heard_portal> executing_;            // of the Execute at the head
    std::optional<open_use> query_;                      // of the Query at the head
    std::deque<std::shared_ptr<place_in_order>> order_;  // uses that are not recorded yet, as they began
    std::shared_ptr<place_in_order> latest_;  // the last that ended: what comes while the session rests is its
    answer early_;                            // what came before any use
    wire::transaction_status status_ = wire::transaction_status::idle;
    bytes farewell_;  // an error that nobody had asked for: the server's last word
    bool given_up_ = false;
};

}  // namespace howdah::sim
