// The text form of tsquery. Both ways without recursion: how deep a query nests is not ours to say.

#include <utility>

#include "howdah/types/lexeme_text.hpp"
#include "howdah/types/tsquery.hpp"

namespace howdah {
namespace {

using node = tsquery::node;
using operation = tsquery::operation;

/// src/backend/utils/adt/tsquery.c, tsearch_op_priority
int priority_of(operation what) noexcept {
    switch (what) {
        case operation::either: return 1;
        case operation::both: return 2;
        case operation::phrase: return 3;
        case operation::negate: return 4;
        case operation::operand: return 5;
    }
    return 0;
}

int operands_of(operation what) noexcept { return what == operation::operand ? 0 : what == operation::negate ? 1 : 2; }

void append_operand(bytes& out, const node& operand) {
    types::append_lexeme(out, operand.text);
    if (operand.weights == 0 && operand.how == tsquery::match::whole) return;
    append(out, operand.how == tsquery::match::prefix ? ":*" : ":");
    for (int weight = 3; weight >= 0; --weight)
        if ((operand.weights >> weight & 1) != 0)
            append(out, std::string_view{"DCBA"}.substr(static_cast<std::size_t>(weight), 1));
}

/// Writes nodes in infix order.
class infix_writer {
public:
    infix_writer(bytes& out, const std::vector<node>& nodes) : out_{out}, nodes_{nodes}, starts_(nodes.size()) {
        std::vector<std::size_t> complete;  // where each operand that waits for its operator starts
        for (std::size_t i = 0; i < nodes.size(); ++i) {
            for (int operands = operands_of(nodes[i].what); operands > 1; --operands) complete.pop_back();
            if (nodes[i].what == operation::operand) complete.push_back(i);
            starts_[i] = complete.back();
        }
    }

    void write() {
        if (nodes_.empty()) return;
        push(nodes_.size() - 1, 0, side::left);
        while (!steps_.empty()) {
            const auto next = steps_.back();
            steps_.pop_back();
            switch (next.what) {
                case step::close: append(out_, " )"); break;
                case step::sign: append_sign(nodes_[next.at]); break;
                case step::visit: visit(next); break;
            }
        }
    }

private:
    enum class side { left, right_of_phrase };
    struct step {
        enum kind { visit, sign, close } what;
        std::size_t at;
        int outer_priority;
        side where;
    };

    void push(std::size_t at, int outer_priority, side where) {
        steps_.push_back({step::visit, at, outer_priority, where});
    }

    void visit(const step& s) {
        const auto& each = nodes_[s.at];
        const int priority = priority_of(each.what);
        if (each.what == operation::operand) return append_operand(out_, each);
        if (each.what == operation::negate) {
            append(out_, "!");
            return push(s.at - 1, priority, side::left);
        }
        const bool is_phrase = each.what == operation::phrase;
        // a <-> (b <-> c) is not (a <-> b) <-> c.
        if (priority < s.outer_priority || (is_phrase && s.where == side::right_of_phrase)) {
            append(out_, "( ");
            steps_.push_back({step::close, s.at, 0, side::left});
        }
        push(s.at - 1, priority, is_phrase ? side::right_of_phrase : side::left);
        steps_.push_back({step::sign, s.at, 0, side::left});
        push(starts_[s.at - 1] - 1, priority, side::left);
    }

    void append_sign(const node& each) {
        if (each.what == operation::either) return append(out_, " | ");
        if (each.what == operation::both) return append(out_, " & ");
        if (each.distance == 1) return append(out_, " <-> ");
        append(out_, " <");
        types::append_number(out_, each.distance);
        append(out_, "> ");
    }

    bytes& out_;
    const std::vector<node>& nodes_;
    std::vector<std::size_t> starts_;  // of each node's first operand's first node
    std::vector<step> steps_;
};

/// Reads by operator precedence: operators wait on a stack until one that binds no closer follows.
class infix_reader {
public:
    explicit infix_reader(std::string_view text) : in_{text} {}

    bool read(std::vector<node>& out) {
        in_.skip_space();
        if (in_.at_end()) return true;
        for (;;) {
            if (!read_operand(out)) return false;
            in_.skip_space();
            while (in_.accept(')')) {
                if (!close(out)) return false;
                in_.skip_space();
            }
            if (in_.at_end()) break;
            if (!read_operator(out)) return false;
        }
        while (!waiting_.empty()) {
            if (is_open_bracket(waiting_.back())) return false;
            move_one(out);
        }
        return true;
    }

private:
    // A bracket that waits: no operator is an operand.
    static bool is_open_bracket(const node& n) noexcept { return n.what == operation::operand; }

    void move_one(std::vector<node>& out) {
        out.push_back(std::move(waiting_.back()));
        waiting_.pop_back();
    }

    bool close(std::vector<node>& out) {
        while (!waiting_.empty() && !is_open_bracket(waiting_.back())) move_one(out);
        if (waiting_.empty()) return false;
        waiting_.pop_back();
        return true;
    }

    bool read_operand(std::vector<node>& out) {
        for (in_.skip_space();; in_.skip_space()) {
            if (in_.accept('!')) waiting_.push_back({.what = operation::negate, .text = {}});
            else if (in_.accept('(')) waiting_.emplace_back();
            else break;
        }
        auto& operand = out.emplace_back();
        if (!types::read_lexeme(in_, "!|&()<", operand.text)) return false;
        if (in_.accept(':')) read_modifiers(operand);
        return true;
    }

    void read_modifiers(node& operand) {
        for (;; in_.skip(1)) {
            const char c = types::lower(in_.peek());
            if (c == '*') operand.how = tsquery::match::prefix;
            else if (c >= 'a' && c <= 'd') operand.weights |= static_cast<std::uint8_t>(1U << ('d' - c));
            else return;
        }
    }

    bool read_operator(std::vector<node>& out) {
        node next{.what = operation::both, .text = {}};
        std::int64_t distance = 1;
        if (in_.accept('|')) next.what = operation::either;
        else if (in_.accept('<')) {
            next.what = operation::phrase;
            if ((!in_.accept('-') && !in_.digits(1, 5, distance)) || !in_.accept('>')) return false;
        } else if (!in_.accept('&')) return false;
        if (distance > tsquery::max_distance) return false;
        next.distance = static_cast<std::uint16_t>(distance);
        while (!waiting_.empty() && !is_open_bracket(waiting_.back()) &&
               priority_of(waiting_.back().what) >= priority_of(next.what))
            move_one(out);
        waiting_.push_back(std::move(next));
        return true;
    }

    types::scanner in_;
    std::vector<node> waiting_;
};

}  // namespace

std::optional<tsquery> tsquery::parse(std::string_view text) {
    tsquery out;
    return infix_reader{text}.read(out.nodes_) ? std::optional{std::move(out)} : std::nullopt;
}

std::string tsquery::to_string() const {
    bytes out;
    infix_writer{out, nodes_}.write();
    return std::string{as_text(out)};
}

}  // namespace howdah
