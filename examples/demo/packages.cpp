#include "examples/demo/packages.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace demo {
namespace {

using fields = std::vector<std::pair<std::string, std::string>>;

// "libc6 (>= 2.34), debconf | debconf-2.0" gives libc6, debconf, debconf-2.0.
std::vector<std::string> names(std::string_view relations) {
    std::vector<std::string> found;
    while (!relations.empty()) {
        const auto one = relations.substr(0, relations.find_first_of(",|"));
        relations.remove_prefix(std::min(one.size() + 1, relations.size()));
        const auto first = one.find_first_not_of(" \n");
        if (first == one.npos) continue;
        found.emplace_back(one.substr(first, one.find_first_of(" :(\n", first) - first));
    }
    return found;
}

std::string json_quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        if (static_cast<unsigned char>(c) >= 0x20) {
            out += c;
        } else {
            char escape[8];
            std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
            out += escape;
        }
    }
    return out + '"';
}

std::optional<std::int64_t> number(std::string_view text) {
    std::int64_t n = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), n);
    if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return n;
}

package to_package(const fields& stanza) {
    package p;
    for (const auto& [key, content] : stanza) {
        if (key == "Package") p.name = content;
        else if (key == "Version") p.version = content;
        else if (key == "Section") p.section = content;
        else if (key == "Installed-Size") p.installed_kib = number(content);
        else if (key == "Depends") p.depends = names(content);
        else if (key == "Description") p.description = content;
        else p.more.text += (p.more.text.empty() ? "{" : ",") + json_quoted(key) + ":" + json_quoted(content);
    }
    p.more.text += p.more.text.empty() ? "{}" : "}";
    return p;
}

// One line of a control file: "Key: content", or " more of the content".
void add_line(fields& stanza, std::string_view line) {
    if (line.front() == ' ' || line.front() == '\t') {
        if (!stanza.empty()) stanza.back().second.append("\n").append(line);
        return;
    }
    const auto colon = line.find(':');
    if (colon == line.npos) return;
    const auto content = line.find_first_not_of(' ', colon + 1);
    stanza.emplace_back(line.substr(0, colon), content == line.npos ? "" : line.substr(content));
}

struct line_reader {
    explicit line_reader(const char* command) : pipe{popen(command, "r")} {}
    ~line_reader() {
        std::free(text);
        if (pipe != nullptr) pclose(pipe);
    }
    line_reader(const line_reader&) = delete;
    line_reader& operator=(const line_reader&) = delete;

    /// Without its end; nullopt: there are no more.
    std::optional<std::string_view> next() {
        if (pipe == nullptr) return std::nullopt;
        const auto length = getline(&text, &capacity, pipe);
        if (length < 0) return std::nullopt;
        std::string_view line{text, static_cast<std::size_t>(length)};
        if (line.ends_with('\n')) line.remove_suffix(1);
        return line;
    }

    FILE* pipe;
    char* text = nullptr;
    std::size_t capacity = 0;
};

std::vector<package> read_from(const char* command, std::size_t limit) {
    std::vector<package> found;
    line_reader lines{command};
    fields stanza;
    const auto end_stanza = [&] {
        if (!stanza.empty()) found.push_back(to_package(stanza));
        stanza.clear();
    };
    while (found.size() < limit) {
        const auto line = lines.next();
        if (!line) {
            end_stanza();
            break;
        }
        if (line->empty()) end_stanza();
        else add_line(stanza, *line);
    }
    return found;
}

}  // namespace

package_index read_packages(std::size_t limit) {
    for (const char* command : {"apt-cache dumpavail", "dpkg-query --status"})
        if (auto found = read_from((std::string{command} + " 2>/dev/null").c_str(), limit); !found.empty())
            return {std::move(found), command};
    throw std::runtime_error{
        "neither apt-cache nor dpkg-query knows a package; the demo needs a Debian machine's index"};
}

}  // namespace demo
