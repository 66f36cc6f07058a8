#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace howdah::sim {

/// A statement taken apart.
struct fingerprinted {
    std::string
        fingerprint;  // libpg_query's; "fallback-" and a hash of the text if its parser can't read the statement
    std::string
        text;  // normalised: no comments, one blank between words, names and keywords in lower case, $n for literals
    std::vector<std::string> literals;  // as they were written: "7", "'Ada'", "$$body$$"
    std::size_t placeholders = 0;       // the highest $n that was written; the first literal is the next
    bool fallback = false;
    bool secret = false;  // it may carry a password: no literal of it may be kept
};

/// Reads one statement, or a text of several. What libpg_query hashes is the statement with a literal of the same kind in
/// each literal's place, so that the fingerprint depends on the text alone; it is libpg_query's own for all statements in
/// which that ignores literals, which are nearly all.
fingerprinted read_statement(std::string_view sql);

/// The statements of a script, without the semicolons between them: by the parser, or where it can't read the script at
/// semicolons outside of strings and parentheses. What holds nothing but comments is left out.
std::vector<std::string> split_statements(std::string_view script);

/// The same as read_statement, remembering the fingerprints of the texts it met last. Threads may share one.
class statement_reader {
public:
    statement_reader();
    statement_reader(const statement_reader&) = delete;
    statement_reader& operator=(const statement_reader&) = delete;
    ~statement_reader();

    fingerprinted read(std::string_view sql);

private:
    struct memory;
    std::unique_ptr<memory> memory_;
};

}  // namespace howdah::sim
