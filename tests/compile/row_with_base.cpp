#include "howdah/blocking/connection.hpp"
#include "howdah/types/types.hpp"

struct numbered {
    int id;
};

#ifdef HOWDAH_CONTROL
struct row {
    numbered number;
    std::string name;
};
void run(howdah::blocking::connection& db) { (void)db.fetch_all<row>("select (1, 2), name from t"); }
#else
struct row : numbered {
    std::string name;
};
void run(howdah::blocking::connection& db) { (void)db.fetch_all<row>("select id, name from t"); }
#endif
