#include "howdah/blocking/connection.hpp"

void run(howdah::blocking::connection& db) {
#ifdef HOWDAH_CONTROL
    db.execute("delete from t where name = 'it''s'");
#else
    db.execute("delete from t where name = 'it''s");
#endif
}
