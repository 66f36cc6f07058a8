#include "howdah/sim/replay/drift_report.hpp"

#include <string_view>

#include "howdah/observe/json_line.hpp"

namespace howdah::sim {
namespace {

using observe::json_line;

std::string call(const std::string& statement, const std::string& parameters) {
    return parameters.empty() ? statement : statement + "  [" + parameters + ']';
}

void add_indented(std::string& out, std::string_view lines) {
    while (!lines.empty()) {
        const auto end = lines.find('\n');
        out += "      ";
        out += lines.substr(0, end);
        out += '\n';
        lines.remove_prefix(end == std::string_view::npos ? lines.size() : end + 1);
    }
}

std::string uses(const drift_report::unused_entry& u) {
    return "used " + std::to_string(u.used) + " of " + std::to_string(u.recorded);
}

template <class T, class F>
std::string json_list(const std::vector<T>& all, F&& as_object) {
    std::string out = "[";
    for (const auto& each : all) {
        if (out.size() > 1) out += ',';
        out += as_object(each);
    }
    return out += ']';
}

/// Text in XML 1.0, which has no way at all to say most control characters.
std::string xml(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            case '\n': out += "&#10;"; break;
            case '\t': out += "&#9;"; break;
            default: out += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
        }
    }
    return out;
}

struct junit_case {
    std::string kind, name, words;
    bool fails = true;
};

std::vector<junit_case> junit_cases(const drift_report& r, strictness how) {
    std::vector<junit_case> out;
    const bool strict = how == strictness::strict;
    for (const auto& u : r.unmatched) out.push_back({"unmatched", call(u.statement, u.parameters), u.why});
    for (const auto& u : r.unused) out.push_back({"unused", call(u.statement, u.parameters), uses(u), strict});
    for (const auto& m : r.out_of_order)
        out.push_back({"out of order", call(m.statement, m.parameters), "recorded before: " + m.before, strict});
    if (out.empty()) out.push_back({"replay", "no drift", {}, false});
    return out;
}

}  // namespace

bool drifted(const drift_report& r, strictness how) noexcept {
    if (how == strictness::loose) return !r.unmatched.empty();
    return !r.unmatched.empty() || !r.unused.empty() || !r.out_of_order.empty();
}

std::string to_text(const drift_report& r) {
    auto out = "replay of " + r.cassette + ": " + std::to_string(r.requests) + " requests, " +
               std::to_string(r.answered) + " answered from the recording (" + std::to_string(r.repeated) +
               " of them repeated), " + std::to_string(r.modelled) + " modelled, " + std::to_string(r.faults) +
               " with faults; " + std::to_string(r.unmatched.size()) + " unmatched, " +
               std::to_string(r.unused.size()) + " unused, " + std::to_string(r.out_of_order.size()) +
               " out of order\n";
    for (const auto& u : r.unmatched) {
        out += "  unmatched: " + call(u.statement, u.parameters);
        if (u.times > 1) out += "  (" + std::to_string(u.times) + " times)";
        out += '\n';
        add_indented(out, u.why);
    }
    for (const auto& u : r.unused)
        out += "  unused: " + call(u.statement, u.parameters) + "  (" + u.file + ", " + uses(u) + ")\n";
    for (const auto& m : r.out_of_order)
        out += "  out of order: " + call(m.statement, m.parameters) + "\n      recorded before: " + m.before + '\n';
    if (r.left_out > 0) out += "  and " + std::to_string(r.left_out) + " more\n";
    return out;
}

std::string to_json(const drift_report& r) {
    const auto unmatched = json_list(r.unmatched, [](const auto& u) {
        return json_line{}
            .add("statement", u.statement)
            .add("parameters", u.parameters)
            .add("why", u.why)
            .add("times", u.times)
            .finish();
    });
    const auto unused = json_list(r.unused, [](const auto& u) {
        return json_line{}
            .add("statement", u.statement)
            .add("parameters", u.parameters)
            .add("file", u.file)
            .add("recorded", u.recorded)
            .add("used", u.used)
            .finish();
    });
    const auto out_of_order = json_list(r.out_of_order, [](const auto& m) {
        return json_line{}
            .add("statement", m.statement)
            .add("parameters", m.parameters)
            .add("recorded_before", m.before)
            .finish();
    });
    return json_line{}
               .add("cassette", r.cassette)
               .add("requests", r.requests)
               .add("answered", r.answered)
               .add("repeated", r.repeated)
               .add("modelled", r.modelled)
               .add("faults", r.faults)
               .add_json("unmatched", unmatched)
               .add_json("unused", unused)
               .add_json("out_of_order", out_of_order)
               .add("left_out", r.left_out)
               .finish() +
           '\n';
}

std::string to_junit(const drift_report& r, strictness how) {
    const auto cases = junit_cases(r, how);
    std::size_t failures = 0;
    std::string body;
    for (const auto& c : cases) {
        body += "  <testcase classname=\"replay." + xml(c.kind) + "\" name=\"" + xml(c.name) + "\"";
        if (c.fails) {
            ++failures;
            body += ">\n    <failure message=\"" + xml(c.kind) + "\">" + xml(c.words) + "</failure>\n  </testcase>\n";
        } else {
            body += "/>\n";
        }
    }
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"" + xml(r.cassette) + "\" tests=\"" +
           std::to_string(cases.size()) + "\" failures=\"" + std::to_string(failures) + "\" errors=\"0\">\n" + body +
           "</testsuite>\n";
}

}  // namespace howdah::sim
