// What a service shows to those who run it: a status page, alerts, and who waits for whom on the server.

#include <howdah/howdah.hpp>
#include <howdah/ops/server_sampler.hpp>
#include <howdah/ops/status_server.hpp>

#include <iostream>
#include <memory>
#include <vector>

int main(int argc, char** argv) {
    const auto config = howdah::parse_conninfo(argc > 1 ? argv[1] : "");

    const auto known = std::make_shared<howdah::inventory>();
    const auto watch = std::make_shared<howdah::alerts>(
        [](const howdah::alert& a) {  // to your pager
            std::cerr << to_string(a.kind) << ' ' << to_string(a.state) << ' ' << a.subject << ": " << a.words << '\n';
        },
        howdah::alert_options{}, known);
    const auto board =
        std::make_shared<howdah::dashboard>(known, watch, howdah::dashboard_options{.application = "shop"});
    const auto both = std::make_shared<howdah::observers>(std::vector<std::shared_ptr<howdah::observer>>{board, watch});
    const auto sampler = std::make_shared<howdah::server_sampler>(config, both);

    howdah::blocking::pool db{
        config,
        {.max_connections = 4},
        {},
        std::make_shared<howdah::observers>(std::vector<std::shared_ptr<howdah::observer>>{both, sampler})};
    known->add_pool("orders", [&db] { return db.status(); });

    // In a browser, for Prometheus, and `howdah top --metrics URL`. Others than this machine's users need a token.
    const howdah::status_server page{{.board = board}};
    std::cout << "look at " << page.url() << '\n';
    std::cout << db.fetch_one<int>("select 42") << '\n';
    std::cout << (known->troubles().empty() ? "ready" : "not ready") << '\n';

    known->remove("orders");  // nobody asks it once it has gone
}
