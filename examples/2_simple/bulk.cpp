// Many rows at once: inserted with what they give back, put in place of others, changed, deleted.

#include <howdah/howdah.hpp>

#include <cstdint>
#include <iostream>
#include <string>
#include <tuple>
#include <vector>

using howdah::conflict, howdah::identifier, howdah::key, howdah::returning;

struct item {
    std::string name;
    int stock;
};

int main(int argc, char** argv) {
    howdah::blocking::connection db{howdah::parse_conninfo(argc > 1 ? argv[1] : "")};
    db.execute("create temp table items (id bigserial, name text unique, stock int check (stock >= 0))");
    const identifier items{"items"};

    const std::vector<item> first{{"apple", 3}, {"pear", 5}, {"fig", 0}};
    for (const auto& id : db.insert_many<std::int64_t>(items, {"name", "stock"}, first, returning{"id"}))
        std::cout << "item " << *id << '\n';

    // Those that are there get the new stock; the others are inserted.
    const std::vector<item> delivery{{"fig", 8}, {"plum", 2}};
    std::cout << db.upsert_many(items, {"name", "stock"}, delivery, conflict{"name"}).rows_affected << " delivered\n";

    // What DO NOTHING has skipped is nullopt in its place.
    const std::vector<item> more{{"apple", 1}, {"quince", 4}};
    const auto kept =
        db.upsert_many<std::string>(items, {"name", "stock"}, more, conflict{"name"}.do_nothing(), returning{"name"});
    std::cout << kept[0].value_or("none") << ", " << kept[1].value_or("none") << '\n';

    // All rows or none.
    const std::vector<item> sold{{"pear", 4}, {"apple", -1}};
    try {
        (void)db.update_many(items, {"name", "stock"}, sold, key{"name"});
    } catch (const howdah::error& e) {
        std::cout << "refused: " << e.state().name() << '\n';
    }

    const std::vector<std::string> gone{"fig", "plum"};
    std::cout << db.delete_many(items, {"name"}, gone).rows_affected << " deleted\n";
    for (const auto& [name, stock] : db.fetch_all<item>("select name, stock from items order by id"))
        std::cout << name << ' ' << stock << '\n';
}
