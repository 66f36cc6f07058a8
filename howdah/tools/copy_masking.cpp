#include "howdah/tools/copy_masking.hpp"

#include <optional>
#include <stdexcept>
#include <utility>

namespace howdah::tools {
namespace {

// What stands behind a backslash; the server writes no other escapes.
char unescaped(char c) {
    switch (c) {
        case 'b': return '\b';
        case 'f': return '\f';
        case 'n': return '\n';
        case 'r': return '\r';
        case 't': return '\t';
        case 'v': return '\v';
        default: return c;
    }
}

std::optional<std::string> read_field(std::string_view text) {
    if (text == "\\N") return std::nullopt;
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i)
        out += text[i] == '\\' && i + 1 < text.size() ? unescaped(text[++i]) : text[i];
    return out;
}

std::string escaped(std::string_view value, char delimiter) {
    std::string out;
    for (const char c : value) {
        constexpr std::string_view special = "\b\f\n\r\t\v", letters = "bfnrtv";
        if (const auto at = special.find(c); at != std::string_view::npos) out.append(1, '\\').append(1, letters[at]);
        else if (c == '\\' || c == delimiter) out.append(1, '\\').append(1, c);
        else out += c;
    }
    return out;
}

}  // namespace

copy_masking::copy_masking(const masks& show, std::vector<masking> how, const copy_layout& layout)
    : show_{show},
      how_{std::move(how)},
      csv_{layout.format == data_format::csv},
      with_header_{layout.header},
      delimiter_{layout.delimiter ? (*layout.delimiter)[0]
                 : csv_           ? ','
                                  : '\t'},
      quote_{layout.quote ? (*layout.quote)[0] : '"'},
      escape_{layout.escape ? (*layout.escape)[0] : quote_},
      null_{layout.null ? *layout.null
            : csv_      ? ""
                        : "\\N"} {}

std::string copy_masking::field(std::string_view value) const {
    if (!csv_) return escaped(value, delimiter_);
    const std::string special{delimiter_, quote_, '\r', '\n'};
    const bool ends_data = value == "\\." && how_.size() == 1;  // alone on its line
    if (value != null_ && !ends_data && value.find_first_of(special) == std::string_view::npos)
        return std::string{value};
    std::string out(1, quote_);
    for (const char c : value) {
        if (c == quote_ || c == escape_) out += escape_;
        out += c;
    }
    return out += quote_;
}

std::string copy_masking::header(const std::vector<std::string>& names) const {
    std::string out;
    if (!with_header_) return out;
    for (const auto& name : names) (out += out.empty() ? "" : std::string(1, delimiter_)) += field(name);
    return out += '\n';
}

std::string copy_masking::row(std::string_view line) const {
    if (line.ends_with('\n')) line.remove_suffix(1);
    std::string out;
    std::size_t column = 0;
    for (bool more = !how_.empty(); more; ++column) {
        const auto end = line.find('\t');
        more = end != std::string_view::npos;
        if (column == how_.size()) throw std::runtime_error{"a row has more columns than its query"};
        const auto value = show_.show(read_field(line.substr(0, end)), how_[column]);
        if (column != 0) out += delimiter_;
        out += value ? field(*value) : null_;
        if (more) line.remove_prefix(end + 1);
    }
    if (column != how_.size()) throw std::runtime_error{"a row has fewer columns than its query"};
    return out += '\n';
}

}  // namespace howdah::tools
