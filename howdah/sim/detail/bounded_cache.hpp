#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace howdah::sim {

/// Keeps what was used last, up to a number of bytes. One thread at a time.
template <class Value>
class bounded_cache {
public:
    explicit bounded_cache(std::size_t most) : most_{most} {}

    /// nullptr: it is not here.
    std::shared_ptr<const Value> find(std::string_view name) {
        const auto found = by_name_.find(name);
        if (found == by_name_.end()) return nullptr;
        used_.splice(used_.begin(), used_, found->second);
        return found->second->value;
    }

    /// `cost`: about what it takes, in bytes. The newest always stays.
    void insert(std::string name, std::shared_ptr<const Value> value, std::size_t cost) {
        if (by_name_.contains(std::string_view{name})) return;
        used_.push_front({std::move(name), std::move(value), cost});
        by_name_.emplace(used_.front().name, used_.begin());
        bytes_ += cost;
        while (bytes_ > most_ && used_.size() > 1) {
            bytes_ -= used_.back().cost;
            by_name_.erase(used_.back().name);
            used_.pop_back();
        }
    }

private:
    struct entry {
        std::string name;
        std::shared_ptr<const Value> value;
        std::size_t cost;
    };

    std::size_t most_, bytes_ = 0;
    std::list<entry> used_;  // the last one first
    std::unordered_map<std::string_view, typename std::list<entry>::iterator> by_name_;
};

}  // namespace howdah::sim
