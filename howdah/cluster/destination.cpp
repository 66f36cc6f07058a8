#include "howdah/cluster/destination.hpp"

namespace howdah::clustering {

crossing_base::crossing_base(switchboard& board, const itinerary& by, routed_call::kind kind, std::string_view what,
                             std::chrono::milliseconds timeout)
    : board_{board},
      session_{by.session.get()},
      what_{what},
      past_{session_ == nullptr ? std::nullopt : session_->point()},
      way_{board, kind, wish_of(by), timeout} {}

wish crossing_base::wish_of(const itinerary& by) const {
    wish w{.to = wish::side::reads, .how = by.how, .past = past_ ? &past_->past : nullptr};
    if (session_ != nullptr && session_->is_lost()) w.how.from = read_from::primary;
    return w;
}

void crossing_base::failed(const error& e) {
    doubt(e);
    if (!way_.failed(e, what_)) throw error{e};
}

void crossing_base::ended(const error& e) noexcept {
    doubt(e);
    try {
        way_.ended(e);
    } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): the caller has the error that counts
    }
}

// It may have written all the same.
void crossing_base::doubt(const error& e) const {
    const bool undone = e.fate() == fate::not_sent || e.fate() == fate::rejected;
    if (way_.call().writes() && !undone) wrote(std::nullopt);
}

session_question crossing_base::question() const {
    if (session_ == nullptr) return session_question::none;
    if (board_.role_of(way_.on()) == node_role::primary)
        return way_.call().writes() ? session_question::position : session_question::none;
    return past_ ? session_question::replayed : session_question::none;
}

void crossing_base::wrote(const std::optional<wal_position>& where) const {
    if (session_ != nullptr) session_->wrote(board_.system_of(way_.on()), where);
}

}  // namespace howdah::clustering
