#pragma once
// What the drivers' copy handles share: all but the waiting.

#include <algorithm>
#include <memory>
#include <optional>

#include "howdah/core/copy_in_call.hpp"
#include "howdah/core/copy_out_call.hpp"
#include "howdah/sql/copy_binary.hpp"

namespace howdah::core {

[[noreturn]] void throw_not_open(const copy_in_call& call);
/// Throws what became of it if it takes no more data.
inline void require_open(const copy_in_call& call) {
    if (call.failure() || call.ended() || call.done()) [[unlikely]]
        throw_not_open(call);
}
/// Moves as much of `data` to the call as makes it full.
void feed(copy_in_call& call, bytes_view& data);

/// A COPY IN with the encoder of its rows, wherever its handle goes.
template <class T>
struct row_copy_in {
    explicit row_copy_in(copy_statement statement) : call{std::move(statement)} {}

    /// The call is open: its columns are known. Throws where T does not fit them.
    void begin() {
        if (auto wrong = encoder.describe(*call.columns())) throw error{wrong->with_fate(fate::not_sent)};
        copy_binary::put_header(call.data());
    }
    void append(const T& row) {
        require_open(call);
        encoder.append(row, rows);
        if (rows.size() >= copy_in_call::chunk) [[unlikely]]
            hand_over();
    }
    void end() {
        require_open(call);
        hand_over();
        copy_binary::put_trailer(call.data());
        call.end_of_data();
    }

    void hand_over() {
        howdah::append(call.data(), rows.written());
        rows.clear();
    }

    copy_in_call call;
    copy_binary::row_encoder<T> encoder;
    copy_binary::row_buffer rows;  // those that the call has not got yet
};

/// A COPY OUT with the decoder of its rows.
template <class T>
struct row_copy_out {
    explicit row_copy_out(copy_statement statement) : call{std::move(statement)} {}

    /// A row of what has come; nullopt: the call must go on, or is at its end.
    std::optional<T> take() {
        if (call.failure()) [[unlikely]]
            throw error{*call.failure()};
        if (!described && call.columns() != nullptr) {
            if (auto wrong = rows.describe(call.columns())) throw error{*wrong};
            described = true;
        }
        bytes_view body;
        switch (reader.next(call.data(), body)) {
            case copy_binary::reader::found::row: break;
            case copy_binary::reader::found::nothing:
            case copy_binary::reader::found::end: return std::nullopt;
            case copy_binary::reader::found::garbage:
                throw error{errc::protocol_violation, "the data of the COPY are not in its binary format",
                            fate::executed};
        }
        std::optional<T> row{std::in_place};
        rows.decode(body, *row);
        return row;
    }
    /// Nothing comes any more. Throws what has ended it early.
    bool at_end() const {
        if (call.failure()) throw error{*call.failure()};
        return call.done();
    }
    /// The call goes on: what was taken leaves it.
    void go_on() noexcept {
        call.consume(reader.consumed());
        reader.rebase();
    }

    copy_out_call call;
    copy_binary::reader reader;
    copy_binary::row_reader<T> rows;
    bool described = false;
};

}  // namespace howdah::core
