#include "howdah/tools/query_output.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "howdah/testing/flat_json.hpp"
#include "howdah/tools/json_value.hpp"

namespace howdah::tools {
namespace {

constexpr std::string_view end_of_record = "\r\n";  // RFC 4180, section 2

class json_rows {
public:
    explicit json_rows(const result& rows) {
        for (const auto& c : rows.columns())
            keys_.push_back(std::string{keys_.empty() ? "" : ","}.append(testing::json_string(c.name)).append(":"));
    }

    std::string object(const row_view& row) const {
        std::string out = "{";
        for (std::size_t i = 0; i < keys_.size(); ++i) append_json(out += keys_[i], row[i].content());
        return out += '}';
    }

private:
    std::vector<std::string> keys_;
};

std::string csv_field(std::string_view text) {
    if (!text.empty() && text.find_first_of("\",\r\n") == text.npos) return std::string{text};
    std::string out = "\"";
    for (const char c : text) out.append(c == '"' ? 2 : 1, c);
    return out += '"';
}

}  // namespace

void write_json(std::ostream& out, const result& rows) {
    const json_rows objects{rows};
    out << '[';
    for (std::size_t i = 0; i < rows.size(); ++i) out << (i == 0 ? "" : ",") << objects.object(rows[i]);
    out << "]\n";
}

void write_ndjson(std::ostream& out, const result& rows) {
    const json_rows objects{rows};
    for (const auto row : rows) out << objects.object(row) << '\n';
}

void write_csv(std::ostream& out, const result& rows) {
    const auto columns = rows.columns();
    for (std::size_t i = 0; i < columns.size(); ++i) out << (i == 0 ? "" : ",") << csv_field(columns[i].name);
    if (!columns.empty()) out << end_of_record;
    for (const auto row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            const auto value = row[i].content();
            out << (i == 0 ? "" : ",") << (value.is_null ? std::string{} : csv_field(value.text()));
        }
        out << end_of_record;
    }
}

}  // namespace howdah::tools
