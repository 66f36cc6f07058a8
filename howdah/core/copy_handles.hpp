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
[[noreturn]] void throw_garbage();
[[noreturn]] void throw_not_as_described();
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
    /// True: the call has a chunk to send, and must go on.
    bool append(const T& row) {
        require_open(call);
        encoder.append(row, rows);
        if (rows.size() < copy_in_call::chunk) [[likely]]
            return false;
        hand_over();
        return true;
    }
    /// Rows up to `last`, or until the call has a chunk to send.
    template <class Iterator, class Sentinel>
    void append_some(Iterator& from, const Sentinel& last) {
        require_open(call);
        for (; from != last && rows.size() < copy_in_call::chunk; ++from) encoder.append(*from, rows);
        if (rows.size() >= copy_in_call::chunk) hand_over();
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
    row_buffer rows;  // those that the call has not got yet
};

/// A COPY OUT with the decoder of its rows.
template <class T>
struct row_copy_out {
    explicit row_copy_out(copy_statement statement) : call{std::move(statement)} {}

    /// A row of what has come; false: the call must go on, or is at its end.
    bool take(T& row) {
        if (!described) [[unlikely]]
            describe();
        for (bytes_view body;;) {
            const auto found = frames.next(call.frames(), body);
            if (found != copy_binary::reader::found::row) [[unlikely]] {
                if (found == copy_binary::reader::found::garbage) throw_garbage();
                return false;
            }
            if (rows.decode(body, row)) [[likely]]
                return true;
            if (!frames.rejoin(body)) throw_not_as_described();
            row = T{};
        }
    }
    /// Calls `f(row)` for each row of what has come. Each is a new one: a codec need not expect what `f` has left.
    template <class F>
    void take_all(F& f) {
        for (;;) {
            T row{};
            if (!take(row)) return;
            f(std::move(row));
        }
    }
    /// Nothing comes any more. Throws what has ended it early.
    bool at_end() const {
        if (call.failure()) throw error{*call.failure()};
        return call.done();
    }
    [[gnu::noinline]] void describe() {
        if (call.columns() == nullptr) return;
        if (auto wrong = rows.describe(call.columns())) throw error{*wrong};
        described = true;
    }

    copy_out_call call;
    copy_binary::frame_reader frames;
    copy_binary::row_reader<T> rows;
    bool described = false;
};

}  // namespace howdah::core
