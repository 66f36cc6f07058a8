#include "howdah/blocking/connection.hpp"

void run(howdah::blocking::connection& db) {
#ifdef HOWDAH_CONTROL
    db.run_script("delete from a; delete from b");
#else
    db.execute("delete from a; delete from b");
#endif
}
