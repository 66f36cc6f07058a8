// Any bytes are a cassette's file that is read, or refused by howdah::error. What was read is written so that it reads the
// same; no checksum protects the readers here, as an attacker can make one.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "howdah/base/error.hpp"
#include "howdah/sim/detail/interaction_json.hpp"
#include "howdah/sim/detail/journal.hpp"
#include "howdah/sim/detail/matcher.hpp"
#include "howdah/sim/fingerprint.hpp"

namespace {

using namespace howdah::sim;

void require(bool holds) {
    if (!holds) __builtin_trap();
}

// As files are: "{", then a member a line, then "}".
std::string with_seal(std::string_view members) { return sealed("{\n" + std::string{members} + "\n}"); }

void read_an_interaction(std::string_view members) {
    const auto one = read_interaction(with_seal(members), "file");
    std::vector<written_use> uses;
    for (const auto& use : one.uses) uses.push_back({to_json(use.given), use.times});
    const auto text = write_interaction(begin_interaction(one.key), uses);
    const auto again = read_interaction(text, "file");
    require(again.key == one.key && again.key.name() == one.key.name());
    require(again.use_count() == one.use_count() && again.uses.size() == one.uses.size());
    for (std::size_t i = 0; i < one.uses.size(); ++i) require(same_answer(one.uses[i].given, again.uses[i].given));
    require(sealed_again(text) == text);
}

void read_a_statement(std::string_view members) {
    const auto one = read_facts(with_seal(members), "file");
    const auto again = read_facts(write_facts(one.statement, one.facts), "file");
    require(again.statement == one.statement && again.facts == one.facts);
}

void read_a_manifest(std::string_view text) {
    const auto m = read_manifest(text, "file");
    require(to_json(read_manifest(to_json(m), "file")) == to_json(m));
    const matcher rules{m.match, "file"};
    const interaction_key key{.statement = {.fingerprint = {}, .text = "select $1"},
                              .parameters = {{canonical_value::kind::text, std::string{text.substr(0, 100)}}}};
    require(rules.matches(key, key, {}, nullptr));
}

void read_a_statement_text(std::string_view text) {
    const auto read = read_statement(text);
    // What is left of a statement has no literal any more.
    require(read.fallback || read_statement(read.text).literals.empty());
    for (const auto& one : split_statements(text)) require(!one.empty());
}

void read_lines(std::string_view text) {
    for (const auto& session : read_order(text, "file")) require(session.size() <= text.size());
}

void read_times(std::string_view text) {
    const auto read = read_timings(text, "file");
    require(read_timings(write_timings(read, "now"), "file") == read);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view text{reinterpret_cast<const char*>(data) + 1, size - 1};
    try {
        switch (data[0]) {
            case 'i': read_an_interaction(text); break;
            case 's': read_a_statement(text); break;
            case 'm': read_a_manifest(text); break;
            case 'o': read_lines(text); break;
            case 't': read_times(text); break;
            default: read_a_statement_text(text); break;
        }
    } catch (const howdah::error& e) {
        require(!std::string_view{e.what()}.empty());
    }
    return 0;
}
