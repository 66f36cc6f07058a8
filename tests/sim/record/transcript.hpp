#pragma once

#include <chrono>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "howdah/base/writer.hpp"
#include "howdah/sim/cassette.hpp"
#include "howdah/sim/record/conversation.hpp"
#include "howdah/types/oids.hpp"
#include "howdah/wire/backend_writing.hpp"
#include "howdah/wire/frontend.hpp"
#include "tests/sim/recordings.hpp"
#include "tests/sim/temporary_folder.hpp"

namespace howdah::sim {

/// What clients say, in the order of a script.
struct client_words {
    bytes out;

    template <class M>
    client_words& add(const M& m) {
        serialize(m, out);
        return *this;
    }
    client_words& query(std::string_view sql) { return add(wire::simple_query{.sql = sql}); }
    client_words& parse(std::string_view sql, std::string_view name = {}) {
        return add(wire::parse_message{.statement = name, .sql = sql, .parameter_types = {}});
    }
    client_words& bind(std::vector<std::optional<std::string_view>> values, std::string_view statement = {},
                       std::string_view portal = {}) {
        const auto at = wire::begin_bind(
            {.portal = portal, .statement = statement, .parameter_formats = {}, .parameters = values.size()}, out);
        for (const auto& v : values) {
            put_i32(out, v ? static_cast<std::int32_t>(v->size()) : -1);
            if (v) append(out, *v);
        }
        (void)wire::end_bind(at, {}, out);
        return *this;
    }
    client_words& describe(wire::target what, std::string_view name = {}) {
        return add(wire::describe_message{.target = what, .name = name});
    }
    client_words& execute(std::uint32_t limit = 0, std::string_view portal = {}) {
        return add(wire::execute_message{.portal = portal, .row_limit = limit});
    }
    client_words& close(wire::target what, std::string_view name = {}) {
        return add(wire::close_message{.target = what, .name = name});
    }
    client_words& sync() { return add(wire::sync_message{}); }
};

/// And servers.
struct server_words {
    bytes out;

    server_words& empty(char tag) {
        wire::serialize_empty(tag, out);
        return *this;
    }
    server_words& parsed() { return empty(wire::tag::parse_complete); }
    server_words& bound() { return empty(wire::tag::bind_complete); }
    server_words& types(std::vector<oid> of) {
        serialize(wire::parameter_description{.types = std::move(of)}, out);
        return *this;
    }
    server_words& columns(std::vector<std::string_view> names) {
        wire::row_description m;
        for (const auto name : names)
            m.fields.push_back({.name = name,
                                .table = 0,
                                .attribute = 0,
                                .type = oids::text,
                                .type_size = -1,
                                .type_modifier = -1,
                                .format = format::text});
        serialize(m, out);
        return *this;
    }
    server_words& row(std::string_view value) {
        const std::optional<bytes_view> field{as_bytes(value)};
        wire::serialize_row({&field, 1}, out);
        return *this;
    }
    server_words& complete(std::string_view tag) {
        serialize(wire::command_complete{.command_tag = tag}, out);
        return *this;
    }
    server_words& error(std::string_view state, std::string text) {
        wire::serialize_error(wire::message_of("ERROR", sqlstate{state}, std::move(text)), out);
        return *this;
    }
    server_words& notice(std::string text) {
        wire::serialize_notice(wire::message_of("NOTICE", sqlstate{"00000"}, std::move(text)), out);
        return *this;
    }
    server_words& ready(char status = 'I') {
        serialize(wire::ready_for_query{.status = wire::transaction_status{status}}, out);
        return *this;
    }
};

/// Hears a conversation in reads of `step` bytes (0: as they are said), and gives what was recorded.
class heard {
public:
    explicit heard(std::size_t step = 0) : step_{step} { session_.emplace(into_); }

    heard& operator<<(const client_words& said) {
        each_part(said.out, [this](bytes_view part) { session_->client_said(part, now()); });
        return *this;
    }
    heard& operator<<(const server_words& said) {
        each_part(said.out, [this](bytes_view part) { session_->server_said(part, now()); });
        return *this;
    }

    /// Ends it, and opens the cassette.
    cassette& tape() {
        if (!tape_) {
            session_->ended(now());
            session_.reset();
            writer_->save();
            writer_.reset();
            tape_.emplace(folder_.path() / "cassette");
        }
        return *tape_;
    }
    /// The uses of a key, repeated ones each; none if it was not recorded.
    std::vector<answer> uses(const interaction_key& key) {
        std::vector<answer> out;
        if (const auto found = tape().find(key))
            for (const auto& use : found->uses) out.insert(out.end(), use.times, use.given);
        return out;
    }
    const std::map<std::string, std::uint64_t>& losses() { return into_.losses(); }

private:
    template <class Say>
    void each_part(bytes_view all, Say say) {
        while (!all.empty()) {
            const std::size_t n = step_ == 0 ? all.size() : std::min(step_, all.size());
            const bytes part{all.begin(), all.begin() + static_cast<std::ptrdiff_t>(n)};  // on the heap of its own
            say(part);
            all = all.subspan(n);
        }
    }
    clock::time_point now() { return time_ += std::chrono::microseconds{1}; }

    std::size_t step_;
    clock::time_point time_{};
    temporary_folder folder_;
    std::optional<cassette_writer> writer_{std::in_place, folder_.path() / "cassette"};
    request_keys keys_{writer_->about(), {}};
    recording into_{*writer_, keys_};
    std::optional<conversation> session_;
    std::optional<cassette> tape_;
};

}  // namespace howdah::sim
