#include <CLI/CLI.hpp>

#include <chrono>
#include <iostream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "howdah/blocking/listener.hpp"
#include "howdah/testing/flat_json.hpp"
#include "howdah/tools/command.hpp"
#include "howdah/tools/duration.hpp"
#include "howdah/tools/failure.hpp"
#include "howdah/tools/notice_printer.hpp"
#include "howdah/tools/printable.hpp"
#include "howdah/tools/words.hpp"

namespace howdah::tools {
namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

struct listen_arguments {
    std::string dsn, timeout;
    std::vector<std::string> channels;
    bool json = false;
    std::uint64_t count = 0;  // 0: any number
};

std::string as_json(const listener_event& event) {
    if (const auto* n = event.as_notification())
        return "{\"channel\":" + testing::json_string(n->channel) + ",\"pid\":" + std::to_string(n->sender) +
               ",\"payload\":" + testing::json_string(n->payload) + '}';
    const auto& gap = *event.as_gap();
    if (gap.cause == notification_gap::reason::reconnected) return "{\"gap\":\"reconnected\"}";
    return "{\"gap\":\"overflow\",\"lost\":" + std::to_string(gap.lost) + '}';
}

std::string as_text(const listener_event& event) {
    if (const auto* n = event.as_notification())
        return printable(n->channel) + '\t' + std::to_string(n->sender) + '\t' + printable(n->payload);
    const auto& gap = *event.as_gap();
    if (gap.cause == notification_gap::reason::reconnected)
        return "-- gap: the connection was made anew, some may be missing here";
    return "-- gap: " + std::to_string(gap.lost) + " came too fast, and are missing here";
}

void print(const listener_event& event, const listen_arguments& given) {
    std::cout << (given.json ? as_json(event) : as_text(event)) << '\n' << std::flush;
    if (!std::cout) throw std::runtime_error{"the output could not be written"};
}

blocking::listener open_listener(const listen_arguments& given) {
    const auto config = config_of(given.dsn, "howdah listen");
    blocking::listener made{config, {}, {}, std::make_shared<notice_printer>()};
    for (const auto& c : given.channels) made.listen(c);
    std::cerr << "listening to " << CLI::detail::join(given.channels, ", ") << '\n';
    return made;
}

void run(const listen_arguments& given) {
    std::optional<clock::time_point> until;
    if (!given.timeout.empty()) until = clock::now() + *read_duration(given.timeout);
    auto changes = open_listener(given);
    for (std::uint64_t heard = 0; given.count == 0 || heard < given.count;) {
        const auto left = until ? std::chrono::ceil<std::chrono::milliseconds>(*until - clock::now()) : 60'000ms;
        const auto event = left > 0ms ? changes.next(left) : std::nullopt;
        if (event) {
            print(*event, given);
            if (event->as_notification() != nullptr) ++heard;
        } else if (until && clock::now() >= *until) {
            if (given.count == 0) return;
            std::cerr << "howdah: " << heard << " of " << given.count << " notifications came in time\n";
            throw exit_now{exit_status::failed};
        }
    }
}

constexpr const char* listen_examples =
    "A line is a channel, a tab, the process id of who notified, a tab, the payload; a line with -- in front is a "
    "gap:\n"
    "notifications may be missing there, as the connection was lost and made anew. With --json a line is an object,\n"
    "{\"channel\":,\"pid\":,\"payload\":} or {\"gap\":}. Gaps are not counted by --count.\n"
    "Examples:\n"
    "  howdah listen service=app orders stock\n"
    "  howdah listen service=app orders --json | jq -r --unbuffered 'select(.payload).payload'\n"
    "  howdah listen service=app migrated --count 1 --timeout 5m && echo done";

}  // namespace

void add_listen(CLI::App& howdah) {
    auto* command = howdah.add_subcommand("listen", "Print notifications as they come");
    const auto given = std::make_shared<listen_arguments>();
    command->add_option("DSN", given->dsn, "Where: a URI or key=value pairs, as libpq reads them")->required();
    command->add_option("CHANNEL", given->channels, "Channels' names, as they are")->required();
    command->add_flag("--json", given->json, "Print an object a line");
    command->add_option("--count", given->count, "End after so many notifications")
        ->transform(unmarked)
        ->check(CLI::PositiveNumber);
    command
        ->add_option("--timeout", given->timeout,
                     "End after so long: 500ms, 5s, 1m; with --count, that is exit status 1 (default: never)")
        ->transform(unmarked)
        ->check(duration_error);
    command->footer(listen_examples);
    command->callback([given] {
        given->dsn = unmarked(given->dsn);
        for (auto& c : given->channels) c = unmarked(c);
        run(*given);
    });
}

}  // namespace howdah::tools
