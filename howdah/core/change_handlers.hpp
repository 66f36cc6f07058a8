#pragma once
// What on_change of both drivers shares: all but the waiting. Uses Boost.JSON: see howdah/types/boost_json.hpp.

#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <boost/mp11/algorithm.hpp>

#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>

#include "howdah/base/error.hpp"
#include "howdah/core/inbox.hpp"
#include "howdah/core/listening.hpp"

namespace howdah {

/// How a payload, a JSON object, is understood. The names must outlive what they are given to: literals do.
struct change_options {
    std::string_view table = "table";  // the member that names the table
    /// The member that says which row changed. Changes of one table and one row that wait for their handler are one:
    /// it stands where the first did, with the payload of the last. Empty: only equal payloads are one.
    std::string_view key = {};
    listener_options listening{};
};
static_assert(std::is_trivially_destructible_v<change_options>, "written inline in co_await (GCC 12)");

/// A change that could not be handled.
struct change_failure {
    std::string table;         // empty: the payload does not say
    std::string payload;       // as it came
    std::exception_ptr cause;  // what the handler threw, or an error with errc::invalid_value: the payload is no T
};

namespace core {

[[noreturn]] inline void throw_unfit(const std::string& what) {
    throw error{errc::invalid_value, "a change's payload " + what, fate::executed};
}

template <class Member>
inline constexpr bool may_be_missing = false;
template <class Member>
inline constexpr bool may_be_missing<std::optional<Member>> = true;

/// A described struct by the names of its members; what it has no member for is left out. Else as Boost.JSON converts.
template <class T>
T change_from(const boost::json::value& payload);

template <class Member>
void read_member(const boost::json::object& from, const char* name, Member& to) {
    const auto* found = from.if_contains(name);
    if constexpr (may_be_missing<Member>) {
        if (found == nullptr || found->is_null()) return to.reset();
        to = change_from<typename Member::value_type>(*found);
    } else {
        if (found == nullptr) throw_unfit(std::string{"has no member \""} + name + '"');
        try {
            to = change_from<Member>(*found);
        } catch (const error& e) {
            throw;
        } catch (const std::exception&) {
            throw_unfit(std::string{"has a member \""} + name + "\" of another type");
        }
    }
}

template <class T>
T change_from(const boost::json::value& payload) {
    if constexpr (boost::describe::has_describe_members<T>::value) {
        const auto* from = payload.if_object();
        if (from == nullptr) throw_unfit("is no object");
        T out{};
        using members =
            boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>;
        boost::mp11::mp_for_each<members>([&](auto m) { read_member(*from, m.name, out.*m.pointer); });
        return out;
    } else {
        return boost::json::value_to<T>(payload);
    }
}

/// What has come and waits for its handler.
struct waiting_change {
    std::optional<notification_gap> gap;  // set: it is one, and nothing else
    std::string table, payload;
    boost::json::value json;
    std::shared_ptr<void> decoded{};  // lives as long as its handler runs
    bool readable = false;
};

/// The handlers of the tables, and what waits for them. Answer is what a handler gives: void, or an awaitable<void>.
template <class Answer>
class change_handlers {
public:
    explicit change_handlers(const change_options& options)
        : table_{options.table}, key_{options.key}, capacity_{options.listening.capacity} {}

    /// `f(const T&)`.
    template <class T, class F>
    void set(std::string table, F f) {
        tables_[std::move(table)] = [f = std::move(f)](waiting_change& c) mutable -> Answer {
            const auto value = std::make_shared<T>(change_from<T>(c.json));
            c.decoded = value;
            return f(std::as_const(*value));
        };
    }
    template <class F>
    void set_gap(F f) {
        gap_ = std::move(f);
    }
    void set_failure(std::function<void(const change_failure&)> f) { failure_ = std::move(f); }

    bool empty() const noexcept { return waiting_.empty(); }
    bool full() const noexcept { return waiting_.size() >= capacity_; }
    /// Changes that were one with another.
    std::uint64_t merged() const noexcept { return merged_; }

    void add(const listener_event& event) {
        if (const auto* gap = event.as_gap()) {
            places_.clear();  // what comes behind a gap is not one with what came in front of it
            waiting_.push_back({.gap = *gap, .table = {}, .payload = {}, .json = {}});
        } else {
            add(event.as_notification()->payload);
        }
    }

    waiting_change take() {
        auto first = std::move(waiting_.front());
        waiting_.pop_front();
        const auto place = first.gap ? places_.end() : places_.find(place_of(first));
        if (place != places_.end() && place->second == taken_) places_.erase(place);  // else it is one behind a gap
        ++taken_;
        return first;
    }
    /// Runs what is for it. Throws, or its answer does, what failed() wants to know.
    Answer run(waiting_change& c) {
        if (c.gap) return gap_ ? gap_(*c.gap) : nothing_();
        if (!c.readable) throw_unfit("is no JSON object with a text \"" + table_ + '"');
        const auto found = tables_.find(c.table);
        return found == tables_.end() ? nothing_() : found->second(c);
    }
    /// Gives it to the handler of failures; rethrows if there is none.
    void failed(const waiting_change& c, std::exception_ptr cause) const {
        if (!failure_ || c.gap) std::rethrow_exception(cause);
        failure_({.table = c.table, .payload = c.payload, .cause = std::move(cause)});
    }

    /// What a table without a handler gets.
    void set_nothing(std::function<Answer()> f) { nothing_ = std::move(f); }

private:
    void add(const std::string& payload) {
        waiting_change c{.gap = std::nullopt, .table = {}, .payload = payload, .json = {}};
        boost::json::error_code wrong;
        c.json = boost::json::parse(payload, wrong);
        const auto* object = wrong ? nullptr : c.json.if_object();
        const auto* table = object != nullptr ? object->if_contains(table_) : nullptr;
        if (table != nullptr && table->is_string()) {
            c.table = std::string{table->get_string()};
            c.readable = true;
        }
        const auto [place, is_new] = places_.try_emplace(place_of(c), taken_ + waiting_.size());
        if (is_new) {
            waiting_.push_back(std::move(c));
        } else {
            ++merged_;
            waiting_[static_cast<std::size_t>(place->second - taken_)] = std::move(c);
        }
    }

    /// Changes with the same one are one.
    std::string place_of(const waiting_change& c) const {
        const auto* object = c.json.if_object();
        const auto* key = object != nullptr && !key_.empty() ? object->if_contains(key_) : nullptr;
        if (!c.readable || key == nullptr) return 'p' + c.payload;
        return 'k' + std::to_string(c.table.size()) + ' ' + c.table + boost::json::serialize(*key);
    }

    std::string table_, key_;
    std::size_t capacity_;
    std::map<std::string, std::function<Answer(waiting_change&)>, std::less<>> tables_;
    std::function<Answer(const notification_gap&)> gap_;
    std::function<void(const change_failure&)> failure_;
    std::function<Answer()> nothing_;
    std::deque<waiting_change> waiting_;
    std::unordered_map<std::string, std::uint64_t> places_;  // counted from the first that ever waited
    std::uint64_t taken_ = 0, merged_ = 0;
};

}  // namespace core
}  // namespace howdah
