#include <array>

#include "howdah/blocking/connection.hpp"
#include "howdah/types/types.hpp"

struct row {
    int id;
#ifdef HOWDAH_CONTROL
    std::string name;
#else
    char name[8];
#endif
};

void run(howdah::blocking::connection& db) { (void)db.fetch_all<row>("select id, name from t"); }
