#include "howdah/sim/detail/json_writer.hpp"

#include "howdah/base/utf8.hpp"
#include "howdah/observe/json_line.hpp"

namespace howdah::sim {

void json_writer::new_line() {
    out_ += '\n';
    out_.append(indent_ + has_content_.size(), ' ');
}

void json_writer::start_value() {
    if (behind_name_) {
        behind_name_ = false;
        return;
    }
    if (has_content_.empty()) return;
    if (has_content_.back()) out_ += ',';
    has_content_.back() = true;
    new_line();
}

json_writer& json_writer::open(char bracket) {
    start_value();
    out_ += bracket;
    has_content_.push_back(false);
    return *this;
}

json_writer& json_writer::close(char bracket) {
    const bool filled = has_content_.back();
    has_content_.pop_back();
    if (filled) new_line();
    out_ += bracket;
    return *this;
}

json_writer& json_writer::member(std::string_view name) {
    start_value();
    observe::append_json_text(out_, name);
    out_ += ": ";
    behind_name_ = true;
    return *this;
}

std::string& json_writer::raw() {
    start_value();
    return out_;
}

json_writer& json_writer::raw(std::string_view json) {
    raw() += json;
    return *this;
}

json_writer& json_writer::text(std::string_view value) {
    observe::append_json_text(raw(), value);
    return *this;
}

bool is_utf8(std::string_view text) noexcept {
    while (!text.empty()) {
        // Most is ASCII: no need to take it apart.
        if (const auto c = static_cast<unsigned char>(text.front()); c > 0 && c < 0x80) {
            text.remove_prefix(1);
            continue;
        }
        const auto first = utf8::first_of(text);
        if (!first.sound || first.code == 0) return false;
        text.remove_prefix(first.size);
    }
    return true;
}

}  // namespace howdah::sim
