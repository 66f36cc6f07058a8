// A web handler that gives a list page by page: the token that comes with a page goes into the next request.

#include <howdah/howdah.hpp>

#include <iostream>
#include <map>
#include <string>

struct book {
    std::int64_t id;
    std::string title;
};

struct response {
    int status;
    std::string body;
    std::string next;  // as in `Link: </books?page=...>; rel="next"`
};

class books_handler {
public:
    books_handler(howdah::blocking::connection& db, howdah::secret_string signing_key)
        : db_{db}, by_title_{std::move(signing_key), 3, "title", "id"} {}

    // GET /books?page=TOKEN
    response get(const std::map<std::string, std::string>& query) {
        const auto page = query.find("page");
        try {
            // The key's values come as text: NULL on the first page. Titles are not unique, so the id decides.
            const auto books = db_.paginate<book>(
                by_title_, page == query.end() ? "" : page->second,
                "select id, title from books where $1::text is null or (title, id) > ($1, $2::bigint) "
                "order by title, id limit $3");
            response out{200, "", books.next};
            for (const auto& b : books.rows) out.body += b.title + "; ";
            return out;
        } catch (const howdah::error& e) {
            if (e.code() != howdah::errc::invalid_page_token) throw;
            return {400, "that is no page of this list", ""};
        }
    }

private:
    howdah::blocking::connection& db_;
    howdah::pager<2> by_title_;
};

int main(int argc, char** argv) {
    howdah::blocking::connection db{howdah::parse_conninfo(argc > 1 ? argv[1] : "")};
    db.execute("create temp table books (id bigint generated always as identity, title text not null)");
    db.execute("insert into books (title) values ('Beowulf'), ('Dune'), ('Emma'), ('Emma'), ('Faust'), ('Ulysses')");

    // From the configuration, in a real service: 32 random bytes that all its processes share.
    books_handler handler{db, howdah::secret_string{"an example's key, not a secret one"}};
    auto r = handler.get({});
    std::cout << r.status << ' ' << r.body << '\n';
    r = handler.get({{"page", r.next}});
    std::cout << r.status << ' ' << r.body << (r.next.empty() ? "the end" : "and more") << '\n';
    r = handler.get({{"page", "made-up"}});
    std::cout << r.status << ' ' << r.body << '\n';
}
