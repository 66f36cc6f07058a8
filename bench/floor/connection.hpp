#pragma once
// The floor: the protocol's bytes, written by hand on a raw socket, doing the least that gives the answer. No types, no
// state machine; every failure ends the process. What is left is system calls and decoding.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bench/arguments.hpp"
#include "bench/workload.hpp"

namespace bench::floor {

std::uint32_t big_endian_32(const char* p) noexcept;
double big_endian_float8(const char* p) noexcept;
std::string four_bytes(std::uint32_t value);

/// A message with its tag and length.
std::string message(char tag, std::string_view body);
std::string parse(std::string_view name, std::string_view sql);
/// Of the unnamed portal and statement, without parameters, results in binary.
std::string bind();
std::string execute();
std::string sync();

/// A message that came. The body is good until more is read.
struct frame {
    char tag;
    const char* body;
    std::size_t size;
};

/// A DataRow's body of (int4, float8, text), in binary, without nulls.
struct point_row {
    const char* body;
    std::int32_t id() const noexcept { return static_cast<std::int32_t>(big_endian_32(body + 6)); }
    double v() const noexcept { return big_endian_float8(body + 14); }
    std::string_view s() const noexcept { return {body + 26, big_endian_32(body + 22)}; }
    void add_to(checksum& sums) const noexcept { sums.add(id(), v(), s().size()); }
};

/// Logs in where the server asks for no password.
class connection {
public:
    explicit connection(const arguments& to);
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

    template <class Row>
    void until_ready(Row row) {
        for (auto m = next(); m.tag != 'Z'; m = next())
            if (m.tag == 'D') row(point_row{m.body});
    }
    void until_ready() {
        until_ready([](point_row) {});
    }

private:
    bool has_message() const noexcept;
    void fill();

    int socket_;
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

}  // namespace bench::floor
