#include "howdah/tools/doctor_report.hpp"

#include <array>
#include <cstdio>
#include <string_view>

#include "howdah/testing/flat_json.hpp"
#include "howdah/tools/failure.hpp"
#include "howdah/tools/printable.hpp"

namespace howdah::tools {
namespace {

using testing::json_string;

constexpr std::size_t name_width = 30;

std::string decimal(double number) {
    std::array<char, 40> out{};
    std::snprintf(out.data(), out.size(), "%.3f", number);
    return out.data();
}

std::string joined(const std::vector<std::string>& texts) {
    std::string out;
    for (const auto& t : texts) out.append(out.empty() ? "" : ", ").append(printable(t));
    return out;
}

void write_line(std::ostream& out, std::size_t indent, std::string_view name, std::string_view value) {
    const auto used = indent + name.size();
    out << std::string(indent, ' ') << name << std::string(used < name_width ? name_width - used : 1, ' ') << value
        << '\n';
}

void write_facts(std::ostream& out, const facts& all, std::size_t indent);

struct text_writer {
    std::ostream& out;
    std::size_t indent;
    const std::string& name;

    void operator()(const std::string& v) const { write_line(out, indent, name, printable(v)); }
    void operator()(std::int64_t v) const { write_line(out, indent, name, std::to_string(v)); }
    void operator()(double v) const { write_line(out, indent, name, decimal(v)); }
    void operator()(bool v) const { write_line(out, indent, name, v ? "yes" : "no"); }
    void operator()(const std::vector<std::string>& v) const { write_line(out, indent, name, joined(v)); }
    void operator()(const std::vector<facts>& v) const {
        for (std::size_t i = 0; i < v.size(); ++i) {
            out << std::string(indent, ' ') << name << ' ' << i + 1 << '\n';
            write_facts(out, v[i], indent + 2);
        }
    }
};

void write_facts(std::ostream& out, const facts& all, std::size_t indent) {
    for (const auto& f : all) std::visit(text_writer{out, indent, f.name}, f.value);
}

std::string json_object(const facts& all);

struct json_writer {
    std::string operator()(const std::string& v) const { return json_string(v); }
    std::string operator()(std::int64_t v) const { return std::to_string(v); }
    std::string operator()(double v) const { return decimal(v); }
    std::string operator()(bool v) const { return v ? "true" : "false"; }
    std::string operator()(const std::vector<std::string>& v) const { return testing::json_list(v); }
    std::string operator()(const std::vector<facts>& v) const {
        std::string out = "[";
        for (const auto& each : v) out.append(out.size() > 1 ? "," : "").append(json_object(each));
        return out += ']';
    }
};

std::string json_object(const facts& all) {
    std::string out = "{";
    for (const auto& f : all)
        out.append(out.size() > 1 ? "," : "")
            .append(json_string(f.name))
            .append(":")
            .append(std::visit(json_writer{}, f.value));
    return out += '}';
}

facts all_facts(const step& s) {
    facts out{{"step", s.name}, {"ok", s.ok}, {"ms", milliseconds(s.took)}};
    out.insert(out.end(), s.found.begin(), s.found.end());
    if (!s.cause.empty()) out.push_back({"cause", s.cause});
    if (!s.remedy.empty()) out.push_back({"remedy", s.remedy});
    return out;
}

}  // namespace

void doctor_report::write_text(std::ostream& out) const {
    for (const auto& s : steps_) {
        write_line(out, 0, s.name, (s.ok ? "ok, " : "FAILED after ") + decimal(milliseconds(s.took)) + " ms");
        write_facts(out, s.found, 2);
        if (!s.cause.empty()) write_line(out, 2, "cause", s.cause);
        if (!s.remedy.empty()) write_line(out, 2, "remedy", s.remedy);
    }
    for (const auto& w : warnings_) out << "warning: " << printable(w) << '\n';
    out << (healthy_ ? "The connection works.\n" : "The connection does not work.\n");
}

void doctor_report::write_json(std::ostream& out) const {
    std::vector<facts> steps;
    for (const auto& s : steps_) steps.push_back(all_facts(s));
    out << json_object({{"ok", healthy_}, {"steps", std::move(steps)}, {"warnings", warnings_}}) << '\n';
}

step failed_step(std::string name, std::chrono::nanoseconds took, const error& why, facts found) {
    return {.name = std::move(name),
            .ok = false,
            .took = took,
            .found = std::move(found),
            .cause = words_of(why),
            .remedy = remedy_for(why)};
}

double milliseconds(std::chrono::nanoseconds time) { return std::chrono::duration<double, std::milli>{time}.count(); }

}  // namespace howdah::tools
