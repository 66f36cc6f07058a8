#pragma once
// The floor: the protocol's bytes, written by hand on a raw socket, doing the least that gives the answer. No types, no
// state machine; every failure ends the process. What is left is system calls and decoding.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bench/arguments.hpp"
#include "bench/floor/message.hpp"
#include "bench/floor/tls.hpp"
#include "bench/workload.hpp"

namespace bench::floor {

[[noreturn]] void give_up(const char* what);

/// A message that came. The body is good until more is read.
struct frame {
    char tag;
    const char* body;
    std::size_t size;
};

/// A DataRow's body of (int4, float8, text), in binary, without nulls; a row of a binary COPY has the same shape.
struct point_row {
    const char* body;
    std::int32_t id() const noexcept { return static_cast<std::int32_t>(big_endian_32(body + 6)); }
    double v() const noexcept { return big_endian_float8(body + 14); }
    std::string_view s() const noexcept { return {body + 26, big_endian_32(body + 22)}; }
    void add_to(checksum& sums) const noexcept { sums.add(id(), v(), s().size()); }
};

/// What SCRAM keeps of a login: RFC 5802 allows to keep the salted password.
struct salted_password;

/// Logs in with SCRAM, or where the server asks for no password. `kept` is used, and filled.
class connection {
public:
    explicit connection(const arguments& to, salted_password* kept = nullptr);
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;
    ~connection();

    void send(std::string_view bytes);
    /// Reads what there is, at least a byte.
    std::size_t receive(std::span<char> room);
    /// The next message; reads until it is whole.
    frame next();
    /// Whether all that was read has been taken.
    bool drained() const noexcept { return begin_ == end_; }
    int socket() const noexcept { return socket_; }

    template <class Row>
    void until_ready(Row row) {
        for (auto m = next(); m.tag != 'Z'; m = next())
            if (m.tag == 'D') row(point_row{m.body});
    }
    void until_ready() {
        until_ready([](point_row) {});
    }
    /// Of a statement that the server is to parse first, with results in binary.
    template <class Row>
    void query(std::string_view sql, Row row) {
        send(parse("", sql) + bind() + execute() + sync());
        until_ready(row);
    }
    void simple_query(std::string_view sql) {
        send(message('Q', std::string{sql} + '\0'));
        until_ready();
    }
    /// Has the server parse point_select as "p".
    void prepare_point_select() {
        send(parse("p", point_select) + sync());
        until_ready();
    }

private:
    bool has_message() const noexcept;
    void fill();

    int socket_;
    std::optional<tls> tls_;
    std::vector<char> buffer_ = std::vector<char>(std::size_t{64} << 10);
    std::size_t begin_ = 0, end_ = 0;
};

/// Bind, Execute and Sync of the statement "p" with one int4, to be patched.
class point_query {
public:
    std::string_view with(std::int32_t id);
    std::string_view without_sync(std::int32_t id) { return with(id).substr(0, bytes_.size() - sync().size()); }

private:
    std::string bytes_ =
        message('B', std::string_view{"\0p\0\0\1\0\1\0\1\0\0\0\4\0\0\0\0\0\1\0\1", 21}) + execute() + sync();
};

/// The checksum of what has come to tin.
double sum_of_tin(connection& c);

}  // namespace bench::floor
