#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "howdah/core/statement_facts.hpp"

namespace howdah::core {

/// What servers have said of statements to the connections of one configuration, so that others need not ask: the first
/// run of a statement on a further connection takes one round trip. It may be out of date, so that whoever uses it has
/// it confirmed. The least recently used goes first. For any thread.
class shared_facts {
public:
    explicit shared_facts(std::size_t entries = 1024, std::size_t bytes = std::size_t{5} << 20) noexcept
        : most_{entries}, most_bytes_{bytes} {}

    /// Null: nothing is known.
    std::shared_ptr<const statement_facts> find(std::string_view text);
    void keep(std::string_view text, std::shared_ptr<const statement_facts> facts);
    void forget(std::string_view text);

    std::size_t size() const;

private:
    struct entry {
        std::string text;
        std::shared_ptr<const statement_facts> facts;
        std::size_t bytes() const noexcept;
    };
    using order = std::list<entry>;
    void drop(order::iterator at);

    const std::size_t most_, most_bytes_;
    mutable std::mutex mutex_;
    order used_;                                                     // most recently used first
    std::unordered_map<std::string_view, order::iterator> by_text_;  // views into used_
    std::size_t bytes_ = 0;
};

}  // namespace howdah::core
