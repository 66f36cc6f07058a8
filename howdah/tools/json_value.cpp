#include "howdah/tools/json_value.hpp"

#include <span>
#include <string_view>

#include "howdah/testing/flat_json.hpp"
#include "howdah/types/array_form.hpp"
#include "howdah/types/types.hpp"

namespace howdah::tools {
namespace {

enum class json_form { number, boolean, document, string };

json_form form_of(oid type) {
    if (type == oids::int2 || type == oids::int4 || type == oids::int8 || type == oids::float4 || type == oids::float8)
        return json_form::number;
    if (type == oids::bool_) return json_form::boolean;
    if (type == oids::json || type == oids::jsonb) return json_form::document;
    return json_form::string;
}

bool is_finite(std::string_view number) {
    const auto digit = number.find_first_not_of('-');
    return digit < 2 && number[digit] >= '0' && number[digit] <= '9';
}

// The server has checked it; it may hold white space between its tokens, newlines too.
void append_compacted(std::string& out, std::string_view document) {
    bool in_string = false;
    for (std::size_t i = 0; i < document.size(); ++i) {
        const char c = document[i];
        if (in_string && c == '\\') {
            out += c;
            out += document[++i];
            continue;
        }
        if (c == '"') in_string = !in_string;
        if (in_string || (c != ' ' && c != '\n' && c != '\r' && c != '\t')) out += c;
    }
}

void append_scalar(std::string& out, const field& value) {
    const auto text = value.text();
    switch (form_of(value.type)) {
        case json_form::number: out += is_finite(text) ? std::string{text} : testing::json_string(text); return;
        case json_form::boolean: out += text == "t" ? "true" : "false"; return;
        case json_form::document: append_compacted(out, text); return;
        case json_form::string: out += testing::json_string(text); return;
    }
}

class array_json {
public:
    array_json(std::string& out, const types::array_text& array) : out_{out}, array_{array} {}

    void append() { append_level(array_.shape().dimensions()); }

private:
    void append_level(std::span<const dimension> dimensions) {
        if (dimensions.empty()) {
            out_ += "[]";
            return;
        }
        out_ += '[';
        for (std::int32_t i = 0; i < dimensions[0].size; ++i) {
            if (i > 0) out_ += ',';
            if (dimensions.size() > 1) append_level(dimensions.subspan(1));
            else append_json(out_, array_.element(next_++));
        }
        out_ += ']';
    }

    std::string& out_;
    const types::array_text& array_;
    std::size_t next_ = 0;
};

}  // namespace

void append_json(std::string& out, const field& value) {
    if (value.is_null) {
        out += "null";
        return;
    }
    auto under_domain = value;
    under_domain.type = value.ref().base().type;
    types::array_text array;
    if (under_domain.ref().element() == oid{} || array.read(value.text(), under_domain.ref(), ',')) {
        append_scalar(out, under_domain);
    } else {
        array_json{out, array}.append();
    }
}

}  // namespace howdah::tools
