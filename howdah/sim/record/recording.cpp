#include "howdah/sim/record/recording.hpp"

#include <utility>

namespace howdah::sim {

std::shared_ptr<const statement_key> recording::statement(std::string_view sql) {
    std::string text{sql};
    if (const auto known = statements_.find(text); known != statements_.end()) return known->second;
    auto made = std::make_shared<const statement_key>(keys_.of(sql));
    if (text_ + text.size() > most_text) {
        statements_.clear();
        text_ = 0;
    }
    text_ += text.size();
    statements_.emplace(std::move(text), made);
    return made;
}

}  // namespace howdah::sim
