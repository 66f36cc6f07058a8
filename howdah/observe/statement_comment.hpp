#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "howdah/observe/trace_context.hpp"

namespace howdah {

/// Tags that travel with a statement, for the server's logs and for whoever reads them there: a comment behind the text,
/// by the specification of sqlcommenter. Names and values are percent-encoded, all but letters, digits and `-._~`, so
/// that none can end the comment, the line or the text.
class statement_comment {
public:
    /// Throws invalid_option for an empty name, or if all of it takes more than `most_bytes`.
    statement_comment& tag(std::string_view name, std::string_view value);
    /// `traceparent`, and `tracestate` where there is one. Throws invalid_option for ids that are none. From now on the comment
    /// changes from call to call.
    statement_comment& trace(trace_context context);

    bool empty() const noexcept { return tags_.empty(); }
    /// A statement with it can't be prepared once for all calls.
    bool changes() const noexcept { return !trace_.trace_id.empty(); }
    const trace_context& traced() const noexcept { return trace_; }
    /// "/*application='shop',traceparent='00-...'*/", sorted by name; empty: no tags.
    std::string text() const;

    static constexpr std::size_t most_bytes = 4'096;

private:
    std::map<std::string, std::string, std::less<>> tags_;  // encoded
    std::size_t bytes_ = 0;
    trace_context trace_;
};

}  // namespace howdah
