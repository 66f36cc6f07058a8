#include "howdah/async/connection.hpp"
#include "howdah/types/types.hpp"

struct pair_of_columns {
    std::int32_t number;
    std::string text;
};

howdah::awaitable<void> run(howdah::connection& db) {
#ifdef HOWDAH_CONTROL
    const pair_of_columns named{1, "one"};
    co_await db.execute("select f($1)", named);
#else
    co_await db.execute("select f($1)", pair_of_columns{1, "one"});
#endif
}
