#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "howdah/core/statement_facts.hpp"

namespace howdah::core {

/// A statement that the server knows by name, or (name empty) whose facts alone are kept.
struct prepared {
    enum class state : std::uint8_t {
        preparing,  // its Parse is under way
        ready,
        gone,  // evicted, or its Parse failed or was given up: use it no more
    };

    std::string text;
    std::uint64_t hash = 0;
    std::string name;
    enum state state = state::preparing;
    std::shared_ptr<const statement_facts> facts;
    column_list columns;         // with the formats of the last use
    std::vector<format> chosen;  // those formats, as Bind has them: one for all where they are the same
    const void* chosen_by = nullptr;

    std::size_t bytes() const noexcept { return text.size() + name.size() + sizeof *this; }
};

struct statement_cache_options {
    std::size_t entries = 256;
    std::size_t bytes = std::size_t{5} << 20;
    std::size_t longest_statement = std::size_t{15} << 10;
};

enum class naming : std::uint8_t { named, facts_only };

/// The statements of one connection, least recently used out first. Names are never used twice.
class statement_cache {
public:
    /// A name is the prefix and a number.
    statement_cache(statement_cache_options options, naming how, std::string name_prefix = "howdah_")
        : options_{options}, naming_{how}, name_prefix_{std::move(name_prefix)} {}

    bool takes(std::string_view text) const noexcept {
        return options_.entries != 0 && text.size() <= options_.longest_statement;
    }
    /// The statement of that text, now the most recently used; null if there is none.
    std::shared_ptr<prepared> find(std::string_view text, std::uint64_t hash);
    /// A new one, in state `preparing`. Others may be evicted for it.
    std::shared_ptr<prepared> insert(std::string_view text, std::uint64_t hash);
    /// It is not to be found any more. If the server has it, or may have it, its name must be closed.
    void erase(const std::shared_ptr<prepared>& p);
    /// Names to close on the server; the caller takes them.
    std::vector<std::string> take_closed() noexcept { return std::exchange(closed_, {}); }
    void give_back_closed(std::vector<std::string> names);
    bool has_closed() const noexcept { return !closed_.empty(); }
    std::size_t size() const noexcept { return used_.size(); }
    std::size_t bytes() const noexcept { return bytes_; }

private:
    using order = std::list<std::shared_ptr<prepared>>;
    void drop(order::iterator at);

    statement_cache_options options_;
    naming naming_;
    std::string name_prefix_;
    order used_;  // most recently used first
    std::unordered_multimap<std::uint64_t, order::iterator> by_hash_;
    std::size_t bytes_ = 0;
    std::uint64_t next_name_ = 1;
    std::vector<std::string> closed_;
};

}  // namespace howdah::core
