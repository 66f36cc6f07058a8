#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace howdah {

/// "1f0c6a5e00b2d437"
std::string fingerprint_of(std::uint64_t hash);

/// A statement as it may be shown: what stands in it as a literal is gone.
struct normalised_statement {
    std::string text;        // "select name from users where id = ? and mail = $1"
    std::uint64_t hash = 0;  // of the text: the same for statements that differ only in their literals
    std::size_t size = 0;    // of the statement, in bytes
    bool cut = false;        // the text is only its beginning

    std::string fingerprint() const;
    /// The text, and if it is cut also the statement's size: "select ... (10485760 bytes)".
    std::string shown() const;
};

/// Strings and numbers become `?`, lists of them `?, ...`; comments go, white space becomes one blank, names and keywords that
/// stand without quotes become lower case. What is unterminated is taken for a string. No more is read than is needed for
/// `longest` bytes of text, and the hash is that text's.
/// It is PostgreSQL's lexer without its settings: standard_conforming_strings is taken to be on, as it is since 9.1.
normalised_statement normalise(std::string_view statement, std::size_t longest = 4'096);

}  // namespace howdah
