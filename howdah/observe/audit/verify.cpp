#include "howdah/observe/audit/verify.hpp"

#include <fstream>
#include <utility>

#include "howdah/base/error.hpp"
#include "howdah/base/last_error.hpp"

namespace howdah {

bool audit_reader::read(const std::string& name, std::istream& file) {
    std::string line;
    for (std::uint64_t number = 1; !verdict_.flaw && std::getline(file, line); ++number) {
        auto what = file.eof() ? std::optional<std::string>{"the line is cut off: its end is missing"} : flaw_of(line);
        if (what) verdict_.flaw = {.file = name, .line = number, .what = std::move(*what)};
    }
    return !verdict_.flaw;
}

std::optional<std::string> audit_reader::flaw_of(std::string_view line) {
    const auto link = observe::read_audit_line(line, key_);
    if (!link) return "the line was changed, is no audit line, or was written with another key";
    // The first file may be the rest of a trail whose beginning was taken away.
    const bool first = verdict_.lines == 0;
    if (!first && link->number != verdict_.last.number + 1)
        return "line number " + std::to_string(link->number) + " follows on " + std::to_string(verdict_.last.number) +
               ": lines are missing, or were moved";
    if (!first && observe::previous_of(line) != verdict_.last.hash)
        return "the line does not follow on the one before it: that one was replaced";
    if (first) verdict_.first = link->number;
    ++verdict_.lines;
    verdict_.last = *link;
    verdict_.closed = line.find("\"event\":\"audit_closed\"") != std::string_view::npos;
    return std::nullopt;
}

audit_verdict verify_audit_trail(const std::vector<std::string>& files, secret_string key) {
    audit_reader reader{std::move(key)};
    for (const auto& name : files) {
        std::ifstream file{name, std::ios::binary};
        if (!file) throw error{last_error(), "can't read the audit trail " + name};
        if (!reader.read(name, file)) break;
    }
    return reader.verdict();
}

}  // namespace howdah
