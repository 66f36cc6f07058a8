#include <string>

#include "examples/demo/steps.hpp"
#include "examples/demo/story.hpp"
#include "howdah/base/generated/sqlstates.hpp"

namespace demo {

void bad_query(stage& s) {
    heading("A bad query says what is wrong");
    bool refused = false;
    try {
        s.blocking.fetch_one<std::string>("select nmae from packages where id = $1", 1);
    } catch (const howdah::error& e) {
        refused = true;
        say(e.what());
        check(e.code() == howdah::undefined_column, "its code is PostgreSQL's undefined_column");
        check(e.server() != nullptr && e.server()->position == 8, "it points at the misspelt name");
        check(e.fate() == howdah::fate::rejected, "the server did nothing");
    }
    check(refused, "the server refused it");
    check(s.blocking.fetch_one<int>("select 42") == 42, "the connection is as good as before");
}

}  // namespace demo
