#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "howdah/sim/cassette.hpp"
#include "howdah/sim/interaction.hpp"

namespace howdah::sim {

class json_node;

/// A use as it stands in a file, without the end of its object: how often it was met may follow.
std::string to_json(const answer& given);

/// A use with its count, as write_interaction takes them.
struct written_use {
    std::string answer;
    std::uint64_t times = 1;
};

/// The content of an interaction's file up to its uses, without the checksum.
std::string begin_interaction(const interaction_key& key);
/// The content of an interaction's file, of that.
std::string write_interaction(std::string_view beginning, const std::vector<written_use>& uses);
/// The same with more uses: `of_last` of the last one that it has, and behind that `uses`.
std::string with_more_uses(std::string_view content, std::uint64_t of_last, const std::vector<written_use>& uses);
/// Throws error (cassette_errc): the checksum is looked at first. Timings are not in it.
interaction read_interaction(std::string_view content, std::string_view file);

/// The content of a statement's file.
std::string write_facts(const statement_key& statement, const statement_facts& facts);
struct described_statement {
    statement_key statement;
    statement_facts facts;
};
described_statement read_facts(std::string_view content, std::string_view file);

/// One line each.
void append_json(std::string& out, const canonical_value& value);
void append_json(std::string& out, const recorded_row& row);
/// A text, which may be no Unicode.
void append_text(std::string& out, std::string_view text);
recorded_row read_row(const json_node& node);
/// What append_text wrote.
std::string read_text(const json_node& node);

/// Puts a checksum over the text into its second line; the text is an object with a member on each line.
std::string sealed(std::string_view object);
/// Throws error (damaged, edited, future_format).
void check_seal(std::string_view content, std::string_view file);
/// The same content with the checksum that it should have; as it is if that is right, or if it has none at all.
std::string sealed_again(std::string_view content);

}  // namespace howdah::sim
