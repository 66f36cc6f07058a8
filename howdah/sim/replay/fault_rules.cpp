#include "howdah/sim/replay/fault_rules.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <utility>

#include "howdah/config/file.hpp"

namespace howdah::sim {
namespace {

namespace json = boost::json;

// std::regex recurses once a character.
constexpr std::size_t longest_text_for_regex = 4'096;

/// One object of the file, whose errors name the rule and the member.
class rule_reader {
public:
    rule_reader(const json::object& from, std::size_t number) : from_{from}, number_{number} {}

    fault_rule read() const {
        fault_rule out;
        for (const auto& [name, value] : from_) read_member(name, value, out);
        if (from_.find("error") == from_.end() && from_.find("cut_after") == from_.end() &&
            from_.find("delay_ms") == from_.end())
            fail("does nothing: give it error, delay_ms or cut_after");
        return out;
    }

private:
    void read_member(std::string_view name, const json::value& value, fault_rule& out) const {
        if (name == "fingerprint") out.fingerprint = text(name, value);
        else if (name == "matches") out.matches = expression(name, value);
        else if (name == "on") out.on = numbers(name, value);
        else if (name == "delay_ms") out.fault.delay = std::chrono::milliseconds{number(name, value)};
        else if (name == "cut_after") out.fault.cut_after = number(name, value);
        else if (name == "error") out.fault.error = message(name, value);
        else fail("has a member \"" + std::string{name} + "\", which means nothing");
    }

    std::string text(std::string_view name, const json::value& value) const {
        if (const auto* s = value.if_string()) return {s->data(), s->size()};
        fail("\"" + std::string{name} + "\" is no string");
    }
    std::uint32_t number(std::string_view name, const json::value& value) const {
        constexpr std::int64_t most = 1'000'000'000;
        const auto* n = value.if_int64();
        if (n == nullptr || *n < 0 || *n > most)
            fail("\"" + std::string{name} + "\" is no number from 0 to 1000000000");
        return static_cast<std::uint32_t>(*n);
    }
    std::vector<std::uint64_t> numbers(std::string_view name, const json::value& value) const {
        if (const auto* s = value.if_string(); s != nullptr && *s == "every") return {};
        std::vector<std::uint64_t> out;
        if (const auto* list = value.if_array()) {
            for (const auto& each : *list) out.push_back(number(name, each));
        } else {
            out.push_back(number(name, value));
        }
        if (out.empty() || std::ranges::count(out, 0U) != 0)
            fail("\"on\" is \"every\", a number from 1, or a list of such");
        return out;
    }
    std::regex expression(std::string_view name, const json::value& value) const {
        try {
            return std::regex{text(name, value), std::regex::ECMAScript | std::regex::icase};
        } catch (const std::regex_error& e) {
            fail("\"" + std::string{name} + "\" is no regular expression: " + e.what());
        }
    }
    server_message message(std::string_view name, const json::value& value) const {
        const auto* fields = value.if_object();
        if (fields == nullptr) fail("\"" + std::string{name} + R"(" is no object such as {"code": "40001"})");
        server_message out;
        out.severity = "ERROR";
        out.message = "a fault that the replay was told to make";
        for (const auto& [field, content] : *fields) {
            if (field == "severity") out.severity = text(field, content);
            else if (field == "code") out.code = sqlstate{text(field, content)};
            else if (field == "message") out.message = text(field, content);
            else if (field == "detail") out.detail = text(field, content);
            else if (field == "hint") out.hint = text(field, content);
            else if (field == "constraint") out.constraint = text(field, content);
            else fail("its error has a member \"" + std::string{field} + "\", which means nothing");
        }
        if (out.code.empty()) fail("its error has no \"code\" of five characters");
        return out;
    }

    [[noreturn]] void fail(const std::string& why) const {
        throw error{error{errc::invalid_option, "faults: rule " + std::to_string(number_) + ": " + why}};
    }

    const json::object& from_;
    std::size_t number_;
};

bool fits(const fault_rule& rule, std::string_view sql, std::string_view fingerprint) {
    if (!rule.fingerprint.empty() && rule.fingerprint != fingerprint) return false;
    const auto start = sql.substr(0, longest_text_for_regex);
    return !rule.matches || std::regex_search(start.begin(), start.end(), *rule.matches);
}

}  // namespace

fault_rules::fault_rules(std::vector<fault_rule> rules) {
    for (auto& rule : rules) rules_.push_back({.rule = std::move(rule)});
}

std::vector<fault_rule> fault_rules::parse(std::string_view text) {
    boost::system::error_code failed;
    const auto document = json::parse({text.data(), text.size()}, failed);
    if (failed) throw error{error{errc::invalid_option, "faults: no JSON: " + failed.message()}};
    const auto* whole = document.if_object();
    const auto* rules = whole == nullptr ? nullptr : whole->if_contains("faults");
    if (rules == nullptr || !rules->is_array() || whole->size() != 1)
        throw error{error{errc::invalid_option, R"(faults: not {"faults": [...]})"}};
    std::vector<fault_rule> out;
    for (const auto& each : rules->get_array()) {
        if (!each.is_object())
            throw error{
                error{errc::invalid_option, "faults: rule " + std::to_string(out.size() + 1) + " is no object"}};
        out.push_back(rule_reader{each.get_object(), out.size() + 1}.read());
    }
    return out;
}

fault_rules fault_rules::load(const std::filesystem::path& file) {
    std::string text;
    if (const auto failed = config::read_file(file.string(), config::file_access::anyone, text))
        throw error{error{failed, "faults: " + file.string() + " can't be read"}};
    return fault_rules{parse(text)};
}

std::optional<fault> fault_rules::next(std::string_view sql, std::string_view fingerprint) {
    std::optional<fault> out;
    const std::scoped_lock lock{*mutex_};
    for (auto& [rule, matches] : rules_) {
        if (!fits(rule, sql, fingerprint)) continue;
        ++matches;
        const bool fires = rule.on.empty() || std::ranges::count(rule.on, matches) != 0;
        if (fires && !out) out = rule.fault;
    }
    return out;
}

}  // namespace howdah::sim
