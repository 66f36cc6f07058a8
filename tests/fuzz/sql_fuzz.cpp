// The tokenizer against any text. The compiler trusts it with literals, and run time with the rest.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "howdah/sql/tokenizer.hpp"

namespace {

using namespace howdah;
using namespace howdah::detail;

void require(bool holds) {
    if (!holds) std::abort();
}

bool same(const outline& a, const outline& b) {
    return a.kind == b.kind && a.placeholders == b.placeholders && a.several_statements == b.several_statements &&
           a.flaw == b.flaw;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text{reinterpret_cast<const char*>(data), size};
    const auto o = read_outline(text);
    require(same(o, read_outline(text)));
    if (text.find('$') == std::string::npos) require(o.placeholders == 0 && o.flaw != flaw::bad_placeholder);
    if (text.find(';') == std::string::npos) require(!o.several_statements);
    require((text.find('\0') != std::string::npos) == (o.flaw == flaw::nul));
    if (o.flaw != flaw::none) return 0;

    // What is sound stays what it is with space around it, and a comment changes nothing.
    require(same(o, read_outline(" \n" + text + "\n ")));
    require(same(o, read_outline("/* /* $9 */ ; */" + text)));
    // Another statement is a second one, unless there was none yet.
    const auto two = read_outline(text + "\n;select $1");
    require(two.flaw == flaw::none);
    require(two.several_statements == (o.kind != statement_kind::empty));
    require(two.placeholders == (o.placeholders == 0 ? 1 : o.placeholders));
    // In quotes it is text.
    std::string quoted = "select '";
    for (const char c : text) quoted.append(c == '\'' ? 2 : 1, c);
    if (text.find('\0') == std::string::npos) {
        const auto q = read_outline(quoted + "'");
        require(q.flaw == flaw::none && q.placeholders == 0 && !q.several_statements);
    }
    return 0;
}
