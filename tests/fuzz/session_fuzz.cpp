// A hostile server against an engine with calls in flight: no crash, no hang, and in the end every call has its end.
// The first byte picks the calls and the events, the second how much arrives at once, the rest is what the server says.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "howdah/core/engine.hpp"
#include "howdah/core/script_call.hpp"
#include "howdah/core/sinks.hpp"
#include "howdah/core/statement_call.hpp"
#include "howdah/core/transaction_calls.hpp"
#include "howdah/types/types.hpp"

namespace {

using namespace howdah;
using namespace howdah::core;

void require(bool holds) {
    if (!holds) std::abort();
}

struct quiet final : driver {
    void attention() noexcept override {}
};

statement_text text(const char* sql) { return statement_text{unsafe_sql{sql}}; }

struct call {
    virtual ~call() = default;
    virtual operation& op() = 0;
    /// What its caller would do with an answer.
    virtual void take() {}
};

template <class Sink>
struct statement_of final : call {
    explicit statement_of(const char* sql) : statement{text(sql), {}, sink} {}
    operation& op() override { return statement; }
    void take() override { (void)sink.take(); }
    Sink sink;
    statement_call statement;
};

struct script_of final : call {
    operation& op() override { return script; }
    void take() override { (void)script.take(); }
    script_call script{text("begin; select 1")};
};

struct lease_of final : call {
    operation& op() override { return lease; }
    lease_id id = 0;
    lease_call lease{"begin", id};
};

struct end_of final : call {
    explicit end_of(lease_id id) : end{id, end_call::how::commit} {}
    operation& op() override { return end; }
    end_call end;
};

std::vector<std::unique_ptr<call>> calls_of(unsigned choice) {
    std::vector<std::unique_ptr<call>> out;
    using row = std::tuple<int, std::string>;
    if ((choice & 1u) != 0) out.push_back(std::make_unique<lease_of>());
    if ((choice & 2u) != 0) out.push_back(std::make_unique<script_of>());
    out.push_back(std::make_unique<statement_of<one_row<int>>>("select 1"));
    out.push_back(std::make_unique<statement_of<untyped_rows>>("select 2"));
    out.push_back(std::make_unique<statement_of<one_row<int>>>("select 1"));
    out.push_back(std::make_unique<statement_of<all_rows<row>>>("select 3"));
    out.push_back(std::make_unique<statement_of<no_rows>>("delete from t"));
    return out;
}

engine_options options_of(unsigned choice) {
    engine_options o;
    o.cache.entries = (choice & 4u) != 0 ? 1 : 256;
    o.statements = (choice & 8u) != 0 ? statement_mode::unnamed : statement_mode::prepare;
    o.max_result_bytes = 1'000;
    return o;
}

void submit_all(engine& e, std::vector<std::unique_ptr<call>>& calls, clock::time_point now) {
    lease_id lease = 0;
    for (std::size_t i = 0; i < calls.size(); ++i) {
        auto& op = calls[i]->op();
        if (i < 3 && lease != 0) op.lease = lease;
        e.submit(op, now);
        if (const auto* l = dynamic_cast<lease_of*>(calls[i].get())) lease = l->id;
    }
    if (lease == 0) return;
    calls.push_back(std::make_unique<end_of>(lease));
    e.submit(calls.back()->op(), now);
}

// What a driver does between two reads.
void pump(engine& e) {
    e.written(e.output().size());
    if (e.cancelling() == cancel_state::wanted) {
        e.cancel_begun();
        e.cancel_ended();
    }
    while (e.next_done() != nullptr) {}
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const unsigned choice = data[0];
    const std::size_t piece = data[1] == 0 ? size : data[1];
    bytes_view server{reinterpret_cast<const std::byte*>(data) + 2, size - 2};

    quiet driver;
    auto calls = calls_of(choice);
    engine e{options_of(choice), driver};
    clock::time_point now{std::chrono::hours{1}};
    submit_all(e, calls, now);
    pump(e);
    for (std::size_t turn = 0; !server.empty() && e.open(); ++turn) {
        const auto n = std::min(piece, server.size());
        const auto room = e.input_space(n);
        require(room.size() >= n && room.size() <= (std::size_t{64} << 10) + 4 * size);
        std::copy_n(server.begin(), n, room.begin());
        e.commit(n);
        server = server.subspan(n);
        (void)e.process(now);
        if (turn == 1 && (choice & 16u) != 0 && !calls.back()->op().done()) e.cancel(calls.front()->op());
        if (turn == 2 && (choice & 32u) != 0) calls.erase(calls.begin() + 1);
        if (turn == 3 && (choice & 64u) != 0) (void)e.expire(now += std::chrono::hours{1});
        pump(e);
    }
    e.lost(error{errc::connection_closed, "the server has gone"});
    pump(e);
    for (auto& c : calls) {
        require(c->op().done());
        if (!c->op().failure()) c->take();
    }
    return 0;
}
