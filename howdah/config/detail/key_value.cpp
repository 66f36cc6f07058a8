#include "howdah/config/detail/key_value.hpp"

#include <string>

#include "howdah/config/detail/keyword.hpp"
#include "howdah/config/detail/syntax_error.hpp"
#include "howdah/config/detail/value.hpp"

namespace howdah::config {
namespace {

bool is_blank(char c) noexcept { return blanks.find(c) != blanks.npos; }

class key_value_reader {
public:
    key_value_reader(std::string_view text, conninfo& out) : text_{text}, out_{out} {}

    void read() {
        for (skip_blanks(); !at_end(); skip_blanks()) read_pair();
    }

private:
    bool at_end() const noexcept { return at_ == text_.size(); }
    char next() const noexcept { return text_[at_]; }

    void skip_blanks() noexcept {
        while (!at_end() && is_blank(next())) ++at_;
    }

    void read_pair() {
        const auto start = at_;
        const auto name = read_name();
        skip_blanks();
        std::string value;
        const bool quoted = !at_end() && next() == '\'';
        quoted ? read_quoted(value) : read_bare(value);
        const bool known = store(out_, name, value);
        wipe(value.data(), value.size());
        if (!known) throw_unknown_keyword(name, start, before_, is_foreign_uri() ? remedy() : "");
        const auto* word = find_keyword(name);
        const bool leaks = word != nullptr && word->shown == secrecy::secret && !quoted;
        before_ = leaks ? neighbour::secret : neighbour::open;
    }

    // Leaves the place behind the '='.
    std::string_view read_name() {
        const auto start = at_;
        while (!at_end() && next() != '=' && !is_blank(next())) ++at_;
        const auto name = text_.substr(start, at_ - start);
        skip_blanks();
        if (at_end() || next() != '=') throw_syntax_error("missing \"=\" behind the keyword", start, remedy());
        ++at_;
        return name;
    }

    void read_bare(std::string& value) {
        while (!at_end() && !is_blank(next())) {
            if (next() == '\\' && ++at_ == text_.size()) return;
            value += text_[at_++];
        }
    }

    void read_quoted(std::string& value) {
        const auto start = at_++;
        while (!at_end() && next() != '\'') {
            if (next() == '\\' && ++at_ == text_.size()) break;
            value += text_[at_++];
        }
        if (at_end()) throw_syntax_error("the quoted value is not closed that begins", start, "write ' in it as \\'");
        ++at_;
    }

    bool is_foreign_uri() const noexcept { return text_.find("://") != text_.npos; }

    std::string_view remedy() const noexcept {
        if (is_foreign_uri())
            return "a URI begins with postgresql:// or postgres://, in lower case and without spaces before it";
        return before_ == neighbour::secret ? "write keyword=value; a password with spaces stands in single quotes"
                                            : "write keyword=value, and values with spaces in single quotes";
    }

    std::string_view text_;
    conninfo& out_;
    std::size_t at_ = 0;
    neighbour before_ = neighbour::open;
};

}  // namespace

void read_key_value(std::string_view text, conninfo& out) { key_value_reader{text, out}.read(); }

bool store(conninfo& out, std::string_view keyword, std::string_view value) {
    if (keyword == "requiressl") {
        out.set("sslmode", value.starts_with('1') ? "require" : "prefer");
        return true;
    }
    if (find_keyword(keyword) == nullptr) return false;
    out.set(keyword, value);
    return true;
}

}  // namespace howdah::config
