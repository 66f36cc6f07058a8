// Rows that go in: by COPY, and as arrays.

#include "bench/floor/workloads.hpp"
#include "bench/meter.hpp"

namespace bench::floor {
namespace {

/// Bytes on their way through 64 KiB.
class output {
public:
    /// `largest` is the most that is put between two calls of flush_if_full().
    output(connection& to, std::size_t largest) : to_{to}, limit_{buffer_.data() + buffer_.size() - largest} {}

    char* begin() noexcept { return buffer_.data(); }
    bool full(const char* at) const noexcept { return at > limit_; }
    void send(const char* end) { to_.send({buffer_.data(), end}); }

private:
    connection& to_;
    std::string buffer_ = std::string(std::size_t{64} << 10, '\0');
    const char* limit_;
};

constexpr std::size_t largest_row = 256;

// One CopyData after another, its length patched in.
void copy_rows(connection& c, const std::vector<row>& rows) {
    output out{c, largest_row};
    char* const data = out.begin() + header_size;
    const auto flush = [&](char* end) {
        out.begin()[0] = 'd';
        put(out.begin() + 1, static_cast<std::uint32_t>(end - out.begin() - 1));
        out.send(end);
        return data;
    };
    char* at = put(data, std::string_view{"PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19});
    for (const row& r : rows) {
        *at++ = 0;
        *at++ = 3;
        at = put_field(put_field(put_field(at, r.id), r.v), r.s);
        if (out.full(at)) at = flush(at);
    }
    flush(put(at, std::string_view{"\377\377", 2}));
    c.send(message('c', {}));
}

// One Bind of three arrays. Every size is known beforehand, so that 3 MB can leave through 64 KiB.
void send_arrays(connection& c, const std::vector<row>& rows) {
    const auto n = static_cast<std::uint32_t>(rows.size());
    std::uint32_t characters = 0;
    for (const row& r : rows) characters += static_cast<std::uint32_t>(r.s.size());
    constexpr std::uint32_t array_header = 20, int4 = 23, float8 = 701, text = 25;
    const std::uint32_t ids = array_header + n * 8, values = array_header + n * 12,
                        texts = array_header + n * 4 + characters;
    output out{c, largest_row};
    // No names, all parameters in binary, three of them.
    char* at = put(out.begin(), parse("", insert_unnest) + 'B' + four_bytes(4 + 8 + 12 + ids + values + texts + 2) +
                                    std::string{"\0\0\0\1\0\1\0\3", 8});
    const auto array = [&](std::uint32_t size, std::uint32_t element, auto field) {
        for (const auto word : {size, 1U, 0U, element, n, 1U}) at = put(at, word);
        for (const row& r : rows) {
            at = put_field(at, field(r));
            if (!out.full(at)) continue;
            out.send(at);
            at = out.begin();
        }
    };
    array(ids, int4, [](const row& r) { return r.id; });
    array(values, float8, [](const row& r) { return r.v; });
    array(texts, text, [](const row& r) { return std::string_view{r.s}; });
    out.send(put(at, std::string(2, '\0') + execute() + sync()));  // results in text: there are none
}

}  // namespace

void copyin(connection& c) {
    const auto n = operations(row_count);
    const auto rows = make_rows(n);
    c.simple_query(empty_tin);
    meter m;
    c.send(message('Q', std::string{"copy tin from stdin (format binary)"} + '\0'));
    while (c.next().tag != 'G') {}
    copy_rows(c, rows);
    c.until_ready();
    m.stop();
    m.print(peer, "copyin", n, sum_of_tin(c));
}

void insert(connection& c) {
    const auto n = operations(insert_operations);
    const auto rows = make_rows(n);
    c.simple_query(empty_tin);
    meter m;
    send_arrays(c, rows);
    c.until_ready();
    m.stop();
    m.print(peer, "insert", n, sum_of_tin(c));
}

}  // namespace bench::floor
