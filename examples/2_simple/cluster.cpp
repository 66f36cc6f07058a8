// A cluster: reads on replicas, writes on the primary, and a session that reads what it has written, wherever.
// All nodes are named in one connection string: postgresql://app@db1,db2,db3/app

#include <howdah/howdah.hpp>

#include <iostream>
#include <string>

int main(int argc, char** argv) {
    howdah::cluster_members members{howdah::parse_conninfo(argc > 1 ? argv[1] : "")};
    members.token_key(howdah::secret_string{"32 random bytes, from your secrets"});
    howdah::blocking::cluster db{members, {.reads = {.by = howdah::balance::two_choices}}};

    db.execute("drop table if exists visit");
    db.execute("create table visit (page text, seen timestamptz default now())");

    auto session = db.session();
    session.execute("insert into visit (page) values ($1)", "/books");
    std::cout << session.fetch_one<int>("select count(*)::int from visit") << " visit\n";

    // The next request of the same user, in another process perhaps: the token came in a cookie.
    const std::string cookie = session.token();
    auto next = db.session(cookie);
    std::cout << next.fetch_one<std::string>("select page from visit") << '\n';

    for (const auto& node : db.status())
        if (node.role.what == howdah::node_role::primary) std::cout << "there is a primary\n";
    db.primary().execute("drop table visit");
}
