#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "howdah/sim/cassette.hpp"
#include "howdah/sim/replay/replay_session.hpp"
#include "howdah/sim/replay/replayer.hpp"
#include "howdah/sim/request_keys.hpp"
#include "howdah/types/oids.hpp"
#include "howdah/wire/frame.hpp"
#include "howdah/wire/frontend.hpp"
#include "tests/sim/recordings.hpp"
#include "tests/sim/temporary_folder.hpp"

namespace howdah::sim {

/// A recording made by hand.
class tape_maker {
public:
    explicit tape_maker(const std::filesystem::path& folder)
        : writer_{folder}, keys_{writer_.about(), secret_string{}} {
        writer_.set_server("15.0", {{"client_encoding", "UTF8"}, {"TimeZone", "UTC"}, {"DateStyle", "ISO, MDY"}});
        session_ = writer_.begin_session();
    }
    ~tape_maker() { writer_.save(); }
    tape_maker(const tape_maker&) = delete;
    tape_maker& operator=(const tape_maker&) = delete;

    void add(std::string_view sql, const std::vector<std::string>& parameters, answer given) {
        interaction_key key{.statement = keys_.of(sql), .parameters = {}};
        for (const auto& p : parameters) key.parameters.push_back(text_value(p));
        writer_.add(session_, key, std::move(given));
    }
    void describe(std::string_view sql, const statement_facts& facts) { writer_.describe(keys_.of(sql), facts); }
    cassette_writer& writer() noexcept { return writer_; }

private:
    cassette_writer writer_;
    request_keys keys_;
    std::size_t session_;
};

inline recorded_column int_column(std::string name) {
    return {.name = std::move(name), .type = oids::int4, .type_size = 4};
}

/// Rows of one int4 column, as SELECT gives them.
inline answer ints(const std::vector<std::string>& values) {
    recorded_result r;
    r.columns = std::vector{int_column("n")};
    for (const auto& v : values) r.rows.here.push_back({text_value(v)});
    r.rows.count = values.size();
    r.tag = "SELECT " + std::to_string(values.size());
    answer out;
    out.results.push_back(std::move(r));
    return out;
}

inline answer done(std::string tag) {
    answer out;
    out.results.emplace_back();
    out.results.back().tag = std::move(tag);
    return out;
}

inline answer refused(std::string_view code, std::string message, enum refused_at where = refused_at::execute) {
    answer out;
    out.error.emplace();
    out.error->severity = "ERROR";
    out.error->code = sqlstate{code};
    out.error->message = std::move(message);
    out.where = where;
    return out;
}

/// A client of a replay, without a socket.
class replay_peer {
public:
    explicit replay_peer(std::shared_ptr<replayer> from) : session_{std::move(from)} {}

    struct message {
        char tag;
        std::string body;
    };

    bytes& say() noexcept { return said_; }
    replay_peer& query(std::string_view sql) {
        wire::serialize(wire::simple_query{sql}, said_);
        return *this;
    }
    replay_peer& parse(std::string_view name, std::string_view sql) {
        wire::serialize(wire::parse_message{name, sql, {}}, said_);
        return *this;
    }
    replay_peer& bind(std::string_view portal, std::string_view statement, const std::vector<std::string>& values,
                      enum format results = format::text) {
        const auto begun = wire::begin_bind({portal, statement, {}, values.size()}, said_);
        for (const auto& v : values) {
            put_u32(said_, static_cast<std::uint32_t>(v.size()));
            append(said_, std::string_view{v});
        }
        const enum format formats[] = {results};
        (void)wire::end_bind(begun, formats, said_);
        return *this;
    }
    replay_peer& describe(enum wire::target what, std::string_view name) {
        wire::serialize(wire::describe_message{what, name}, said_);
        return *this;
    }
    replay_peer& execute(std::string_view portal, std::uint32_t limit = 0) {
        wire::serialize(wire::execute_message{portal, limit}, said_);
        return *this;
    }
    replay_peer& sync() {
        wire::serialize(wire::sync_message{}, said_);
        return *this;
    }

    replay_session& session() noexcept { return session_; }
    /// Runs until the session wants something; keeps what it says.
    replay_session::progress run() {
        if (!said_.empty()) {
            fed_ = std::move(said_);
            said_ = {};
            session_.feed(fed_);
        }
        for (;;) {
            const auto next = session_.advance();
            append(heard_, session_.output());
            session_.written(session_.output().size());
            if (next != replay_session::progress::more_output) return next;
        }
    }
    /// What it has said since the last call.
    std::vector<message> heard() {
        (void)run();
        std::vector<message> out;
        bytes_view left{heard_};
        while (left.size() >= wire::frame_header::size) {
            const auto header = wire::frame_header::load(left.data());
            if (left.size() < header.frame_size()) break;
            const auto body = left.subspan(wire::frame_header::size, header.body_size());
            out.push_back({header.tag, std::string{as_text(body)}});
            left = left.subspan(header.frame_size());
        }
        heard_.erase(heard_.begin(), heard_.end() - static_cast<std::ptrdiff_t>(left.size()));
        return out;
    }
    /// Its tags only: "TDCZ".
    std::string tags() {
        std::string out;
        for (const auto& m : heard()) out += m.tag;
        return out;
    }
    std::size_t unframed() const noexcept { return heard_.size(); }

private:
    replay_session session_;
    bytes said_, fed_, heard_;
};

/// A recording in a folder of the test's own, and its replay.
class replay_session_test : public ::testing::Test {
protected:
    std::shared_ptr<replayer> replay(replay_options options = {}, fault_rules faults = {}) {
        return std::make_shared<replayer>(folder_.path(), options, std::move(faults));
    }
    tape_maker recording() { return tape_maker{folder_.path()}; }
    temporary_folder folder_;
};

}  // namespace howdah::sim
