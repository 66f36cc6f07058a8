#pragma once

#include <chrono>
#include <concepts>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "howdah/base/error.hpp"
#include "howdah/config/conninfo.hpp"
#include "howdah/pool/pool_options.hpp"

namespace howdah {

namespace pooling {

/// Pools by name, for any number of threads. `Pool` is a pool of either driver.
template <class Pool>
class databases {
public:
    /// Makes a pool from `arguments`, which are those of its constructor; a conninfo may stand for a
    /// connection_config: open("orders", "postgresql://app@db/orders", {.max_connections = 20}).
    /// Errors: invalid_option for a name that is in use, and those of the constructor.
    template <class... A>
    Pool& open(std::string name, A&&... arguments) {
        return add(std::move(name), [&] { return std::make_shared<Pool>(parsed(std::forward<A>(arguments))...); });
    }
    template <class A>
    Pool& open(std::string name, A&& where, const pool_options& options) {
        return add(std::move(name), [&] { return std::make_shared<Pool>(parsed(std::forward<A>(where)), options); });
    }
    /// The pool of that name, valid until the name is opened again. Errors: invalid_option, which lists the known names.
    Pool& operator[](std::string_view name) { return *entry_of(name).pool; }
    void reconfigure(std::string_view name, const pool_options& options) { (*this)[name].reconfigure(options); }
    /// Gives what its close(timeout) gives. From here on the name is free.
    auto close(std::string_view name, std::chrono::milliseconds timeout) {
        const auto kept = entry_of(name, here::no_more).pool;
        return kept->close(timeout);
    }
    /// Those that are open, in alphabetical order.
    std::vector<std::string> names() const {
        const std::lock_guard lock{mutex_};
        std::vector<std::string> all;
        for (const auto& [name, e] : entries_)
            if (!e.closed) all.push_back(name);
        return all;
    }

private:
    enum class here : std::uint8_t { as_before, no_more };
    struct entry {
        std::shared_ptr<Pool> pool;  // kept while it is closed, which may take time
        bool closed = false;
    };

    template <class A>
    static decltype(auto) parsed(A&& a) {
        if constexpr (std::convertible_to<A, std::string_view>) {
            return parse_conninfo(std::string_view{a});
        } else {
            return std::forward<A>(a);
        }
    }

    template <class Make>
    Pool& add(std::string name, Make make) {
        const std::lock_guard lock{mutex_};
        const auto old = entries_.find(name);
        if (old != entries_.end() && !old->second.closed)
            throw error{errc::invalid_option, "the database \"" + name + "\" is open already: close it first"};
        auto made = make();
        return *entries_.insert_or_assign(std::move(name), entry{.pool = std::move(made)}).first->second.pool;
    }

    entry entry_of(std::string_view name, here from_now_on = here::as_before) {
        const std::lock_guard lock{mutex_};
        const auto found = entries_.find(name);
        if (found == entries_.end() || found->second.closed) throw unknown(name);
        found->second.closed = from_now_on == here::no_more;
        return found->second;
    }

    error unknown(std::string_view name) const {
        std::string known;
        for (const auto& [each, e] : entries_)
            if (!e.closed) known += (known.empty() ? "" : ", ") + each;
        return error{errc::invalid_option, "no database is open as \"" + std::string{name} +
                                               "\"; open are: " + (known.empty() ? "none" : known)};
    }

    mutable std::mutex mutex_;
    std::map<std::string, entry, std::less<>> entries_;
};

}  // namespace pooling

class pool;
/// Several databases, each with a pool on Asio, by name: open("orders", executor, conninfo, options).
using databases = pooling::databases<pool>;

namespace blocking {

class pool;
/// Several databases, each with a pool, by name.
using databases = pooling::databases<pool>;

}  // namespace blocking
}  // namespace howdah
