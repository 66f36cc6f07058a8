#include "howdah/blocking/connection.hpp"
#include "howdah/types/types.hpp"

struct row {
    int id;
    std::string name;
};

void run(howdah::blocking::connection& db, const std::vector<row>& rows) {
#ifdef HOWDAH_CONTROL
    (void)db.insert_many(howdah::identifier{"t"}, {"id", "name"}, rows);
#else
    (void)db.insert_many(howdah::identifier{"t"}, {"id"}, rows);
#endif
}
