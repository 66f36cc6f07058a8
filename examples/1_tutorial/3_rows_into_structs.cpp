// A row becomes a struct. NULL needs a std::optional, an array is a std::vector; a member that can't take its column
// is an error which names both.

#include <howdah/howdah.hpp>
#include <howdah/sql/described_row.hpp>

#include <chrono>
#include <cstdint>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

// Filled in the order of the columns.
struct book {
    std::int64_t id;
    std::string title;
    std::optional<int> year;
    std::vector<std::string> authors;
};

// Described, so filled by the columns' names, in any order.
struct loan {
    std::string reader;
    std::chrono::sys_days due;
};
BOOST_DESCRIBE_STRUCT(loan, (), (reader, due))

int main(int argc, char** argv) {
    howdah::blocking::connection db{howdah::parse_conninfo(argc > 1 ? argv[1] : "")};
    db.execute("create temp table books (id bigint generated always as identity, title text not null, year int,"
               " authors text[] not null)");

    const std::vector<std::string> authors{"Gamma", "Helm", "Johnson", "Vlissides"};
    db.execute("insert into books (title, year, authors) values ($1, $2, $3)", "Design Patterns", 1994, authors);
    db.execute("insert into books (title, authors) values ($1, $2)", "Beowulf", std::vector<std::string>{});

    for (const auto& b : db.fetch_all<book>("select id, title, year, authors from books order by id"))
        std::cout << b.id << ": " << b.title << ", " << (b.year ? std::to_string(*b.year) : "no year") << ", "
                  << b.authors.size() << " authors\n";

    const auto l = db.fetch_one<loan>("select date '2026-02-28' as due, 'Ada' as reader");
    const std::chrono::year_month_day due{l.due};
    std::cout << l.reader << " brings it back in month " << static_cast<unsigned>(due.month()) << '\n';

    // One column needs no struct, and what is known only at run time comes as rows of fields.
    std::cout << db.fetch_one<std::int64_t>("select count(*) from books") << " books\n";
    for (const auto row : db.query("select id, title from books where id = $1", 2))
        std::cout << row.columns()[1].name << " = " << row["title"].as<std::string>() << '\n';
}
