// Any bytes are a connection string, a service file or a passfile that is read, or refused by howdah::error; nothing
// else may happen, and what was read must survive being shown.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "howdah/base/error.hpp"
#include "howdah/config/conninfo.hpp"
#include "howdah/config/detail/service_file.hpp"
#include "howdah/config/passfile.hpp"

namespace {

// Neither the machine's environment nor its files decide what a finding is.
const howdah::environment_lookup no_environment = [](std::string_view) { return std::nullopt; };
constexpr howdah::conninfo_options string_only{
    .use_service_file = false, .use_passfile = false, .use_defaults = false, .environment = &no_environment};

template <class F>
void expect_an_answer(F&& read) {
    try {
        read();
    } catch (const howdah::error& e) {
        if (std::string_view{e.what()}.empty()) __builtin_trap();
    }
}

void read_string(std::string_view text) {
    if (howdah::conninfo_json(howdah::read_conninfo(text)).empty()) __builtin_trap();
    howdah::parse_conninfo(text, string_only).validate();
}

void read_service(std::string_view text) {
    howdah::conninfo info;
    howdah::config::read_service(text, "services", "s", info);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    expect_an_answer([&] { read_string(text); });
    expect_an_answer([&] { read_service(text); });
    howdah::config::find_password(text, {.host = "h", .port = "1", .database = "d", .user = "u"});
    return 0;
}
