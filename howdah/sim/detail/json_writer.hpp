#pragma once

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace howdah::sim {

/// JSON that merges: each member and each element on a line of its own, the same every time. Members are written in the
/// order of their names.
class json_writer {
public:
    explicit json_writer(std::size_t indent = 0) : indent_{indent} { out_.reserve(usual_size); }

    json_writer& begin_object() { return open('{'); }
    json_writer& end_object() { return close('}'); }
    json_writer& begin_array() { return open('['); }
    json_writer& end_array() { return close(']'); }

    /// What follows is its value.
    json_writer& member(std::string_view name);
    /// A value, which is JSON already; on one line.
    json_writer& raw(std::string_view json);
    /// The same, for the caller to append.
    std::string& raw();
    json_writer& text(std::string_view value);
    json_writer& number(std::integral auto value) { return raw(std::to_string(value)); }

    json_writer& member(std::string_view name, std::string_view value) { return member(name).text(value); }

    std::string take() { return std::move(out_); }

private:
    json_writer& open(char bracket);
    json_writer& close(char bracket);
    void start_value();
    void new_line();

    static constexpr std::size_t usual_size = 512;

    std::string out_;
    std::size_t indent_;
    std::vector<bool> has_content_{};
    bool behind_name_ = false;
};

bool is_utf8(std::string_view text) noexcept;

}  // namespace howdah::sim
