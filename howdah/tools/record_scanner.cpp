#include "howdah/tools/record_scanner.hpp"

#include <algorithm>
#include <array>

namespace howdah::tools {
namespace {

/// Text and csv.
class line_scanner final : public record_scanner {
public:
    explicit line_scanner(const record_rules& rules) : rules_{rules} {
        for (const char c : {'\n', '\r', '\\'}) stops_[index(c)] = true;
        if (rules_.format == data_format::csv) stops_[index(rules_.quote)] = stops_[index(rules_.escape)] = true;
    }

    std::size_t take(std::string_view data, std::uint64_t limit) override {
        const auto until = records_ + limit;
        std::size_t at = 0;
        while (at < data.size() && records_ < until && !met_end_marker_) {
            if (plain_ && !stops_[index(data[at])]) {
                const auto rest = data.substr(at);
                begun_ = true;
                marker_ = 0;
                at += static_cast<std::size_t>(std::ranges::find_if(rest, [&](char c) { return stops_[index(c)]; }) -
                                               rest.begin());
                continue;
            }
            if (look(data[at]) == seen::taken) ++at;
        }
        return at;
    }

    void finish() noexcept override {
        if (begun_) end_record();
    }

private:
    enum class line_end : std::uint8_t { unknown, line_feed, carriage_return };
    enum class seen : std::uint8_t { taken, not_yet };

    static std::size_t index(char c) { return static_cast<unsigned char>(c); }

    seen look(char c) {
        if (carriage_return_) {
            carriage_return_ = false;
            ends_ = c == '\n' ? line_end::line_feed : line_end::carriage_return;
            if (ends_ == line_end::carriage_return) {
                end_record();
                return seen::not_yet;
            }
        }
        if (rules_.format == data_format::csv ? is_quoted(c) : is_escaped(c)) {
            begun_ = true;
        } else if (c == '\n' && ends_ != line_end::carriage_return) {
            ends_ = line_end::line_feed;
            end_record();
        } else if (c == '\r' && ends_ == line_end::carriage_return) {
            end_record();
        } else if (c == '\r' && ends_ == line_end::unknown) {
            begun_ = carriage_return_ = true;
        } else {
            if (c != '\r') match_marker(c);
            begun_ = true;
        }
        plain_ = !escaped_ && !carriage_return_ && !backslash_ && marker_ == 0;
        return seen::taken;
    }

    // A record may go on over lines inside of quotes.
    bool is_quoted(char c) {
        const bool was_quoted = quoted_;
        if (quoted_ && rules_.escape != rules_.quote && c == rules_.escape) escaped_ = !escaped_;
        if (c == rules_.quote && !escaped_) quoted_ = !quoted_;
        if (rules_.escape == rules_.quote || c != rules_.escape) escaped_ = false;
        if (quoted_ && c == (ends_ == line_end::carriage_return ? '\r' : '\n')) ++lines_;
        if (was_quoted || quoted_) marker_ = 0;
        return was_quoted || quoted_;
    }

    // Text: what follows a backslash ends no line.
    bool is_escaped(char c) {
        if (backslash_) {
            backslash_ = false;
            marker_ = c == '.' ? 2 : 0;
            return true;
        }
        backslash_ = c == '\\';
        if (backslash_) marker_ = 0;
        return backslash_;
    }

    void match_marker(char c) {
        if (rules_.format == data_format::text) marker_ = 0;
        else if (c == '\\' && !begun_) marker_ = 1;
        else marker_ = c == '.' && marker_ == 1 ? 2 : 0;
    }

    void end_record() noexcept {
        ++lines_;
        if (marker_ == 2) met_end_marker_ = true;
        else ++records_;
        begun_ = quoted_ = escaped_ = backslash_ = false;
        marker_ = 0;
        plain_ = true;
    }

    record_rules rules_;
    std::array<bool, 256> stops_{};
    line_end ends_ = line_end::unknown;
    int marker_ = 0;                // characters of \. that were met
    bool begun_ = false;            // there is something of the record
    bool quoted_ = false;           // inside of quotes
    bool escaped_ = false;          // behind an escape inside of quotes
    bool backslash_ = false;        // behind one, in text
    bool carriage_return_ = false;  // behind one that may be all of a line's end
    bool plain_ = true;             // nothing happens before one of the characters that stop
};

class binary_scanner final : public record_scanner {
public:
    explicit binary_scanner(scan_from where) { where == scan_from::beginning ? expect(part::header, 19) : next_row(); }

    std::size_t take(std::string_view data, std::uint64_t limit) override {
        const auto until = records_ + limit;
        std::size_t at = 0;
        while (records_ < until && !met_end_marker_) {
            const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(due_, data.size() - at));
            if (part_ != part::field && part_ != part::extension)
                for (const char c : data.substr(at, n)) word_ = word_ << 8 | static_cast<unsigned char>(c);
            at += n;
            due_ -= n;
            if (due_ != 0) return at;
            go_on();
        }
        return at;
    }

    // What is missing, the server finds missing.
    void finish() noexcept override {}

private:
    enum class part : std::uint8_t { header, extension, field_count, field_size, field };

    void expect(part what, std::uint64_t bytes) {
        part_ = what;
        due_ = bytes;
        word_ = 0;
    }
    void next_row() { expect(part::field_count, 2); }
    void next_field() {
        if (fields_ != 0) return expect(part::field_size, 4);
        ++records_;
        next_row();
    }
    void end_field() {
        --fields_;
        next_field();
    }

    void go_on() {
        switch (part_) {
            case part::header:  // its last four bytes are the size of what follows it
                return expect(part::extension, word_ & 0xffffffffU);
            case part::extension: ++records_; return next_row();
            case part::field_count:
                if (word_ == 0xffff) {
                    met_end_marker_ = true;
                    return;
                }
                fields_ = word_;
                return next_field();
            case part::field_size:
                if (const auto size = word_; size != 0xffffffffU) return expect(part::field, size);
                return end_field();
            case part::field: return end_field();
        }
    }

    part part_ = part::header;
    std::uint64_t due_ = 0, word_ = 0, fields_ = 0;
};

}  // namespace

std::unique_ptr<record_scanner> scanner_for(const record_rules& rules, scan_from where) {
    if (rules.format == data_format::binary) return std::make_unique<binary_scanner>(where);
    return std::make_unique<line_scanner>(rules);
}

}  // namespace howdah::tools
