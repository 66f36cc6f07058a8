#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "howdah/base/bytes.hpp"
#include "howdah/sim/record/open_use.hpp"

namespace howdah::sim {

/// A prepared statement of a session that is listened to.
struct heard_statement {
    std::shared_ptr<const statement_key> key;
    std::vector<oid> parameters;                          // as Parse said, and then as the server did
    std::optional<std::vector<recorded_column>> columns;  // of its last description
};

/// A use's place in the order in which a session's uses began.
struct place_in_order {
    interaction_key key{};
    answer given{};
    bool over = false;     // both are known
    bool settled = false;  // and the ReadyForQuery behind it has come
    bool lost = false;     // too many waited behind it: whoever ends takes another place
};

/// A portal of it: a use of its statement.
struct heard_portal {
    std::shared_ptr<heard_statement> statement;
    bytes bind;  // the message's body; empty: SQL made the portal, and each part that is read of it is a use
    open_use use;
    bool over = false;                        // its use has been recorded
    std::shared_ptr<place_in_order> place{};  // of one that is read in parts

    /// The key of its use, with what is known of the parameters' types by now.
    interaction_key key(request_keys& keys) const;
    bool is_made_by_sql() const noexcept { return bind.empty(); }
    /// It has been read in part.
    bool is_suspended() const noexcept { return !over && use.in_result() && !use.copying_in(); }
};

/// Things by their names; "" is the unnamed one.
template <class T>
class by_name {
public:
    std::shared_ptr<T> find(std::string_view name) const {
        const auto at = all_.find(name);
        return at == all_.end() ? nullptr : at->second;
    }
    void put(std::string_view name, std::shared_ptr<T> what) {
        all_.insert_or_assign(std::string{name}, std::move(what));
    }
    void erase(std::string_view name) {
        if (const auto at = all_.find(name); at != all_.end()) all_.erase(at);
    }
    void clear() noexcept { all_.clear(); }
    auto begin() const noexcept { return all_.begin(); }
    auto end() const noexcept { return all_.end(); }

private:
    std::map<std::string, std::shared_ptr<T>, std::less<>> all_;
};

}  // namespace howdah::sim
