#include "tests/compat/libpq.hpp"

#include <dlfcn.h>
#include <libpq-fe.h>

#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string_view>

#include "howdah/testing/installation.hpp"
#include "tests/compat/availability.hpp"

namespace howdah {

struct libpq::functions {
    decltype(&PQlibVersion) version;
    decltype(&PQconndefaults) defaults;
    decltype(&PQconninfoParse) parse;
    decltype(&PQconninfoFree) free_options;
    decltype(&PQfreemem) free_memory;
    decltype(&PQconnectStart) connect_start;
    decltype(&PQconnectdb) connect;
    decltype(&PQconninfo) conninfo;
    decltype(&PQerrorMessage) error_message;
    decltype(&PQstatus) status;
    decltype(&PQpass) password;
    decltype(&PQport) port;
    decltype(&PQsslInUse) encrypted;
    decltype(&PQfinish) finish;
};

namespace {

template <class F>
void load(void* library, const char* name, F& out) {
    out = reinterpret_cast<F>(::dlsym(library, name));
    if (out == nullptr) throw std::runtime_error{std::string{"libpq has no "} + name};
}

keyword_values said(const PQconninfoOption* option) {
    keyword_values out;
    for (; option != nullptr && option->keyword != nullptr; ++option)
        if (option->val != nullptr) out.emplace(option->keyword, option->val);
    return out;
}

}  // namespace

libpq::libpq(const std::string& file)
    : library_{::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL)}, call_{std::make_unique<functions>()} {
    if (library_ == nullptr) throw std::runtime_error{::dlerror()};
    auto* f = call_.get();
    load(library_, "PQlibVersion", f->version);
    load(library_, "PQconndefaults", f->defaults);
    load(library_, "PQconninfoParse", f->parse);
    load(library_, "PQconninfoFree", f->free_options);
    load(library_, "PQfreemem", f->free_memory);
    load(library_, "PQconnectStart", f->connect_start);
    load(library_, "PQconninfo", f->conninfo);
    load(library_, "PQerrorMessage", f->error_message);
    load(library_, "PQstatus", f->status);
    load(library_, "PQpass", f->password);
    load(library_, "PQfinish", f->finish);
    load(library_, "PQconnectdb", f->connect);
    load(library_, "PQport", f->port);
    load(library_, "PQsslInUse", f->encrypted);
}

// The library stays loaded: what it keeps for the process would look leaked.
libpq::~libpq() = default;

int libpq::version() const { return call_->version(); }

std::vector<libpq_keyword> libpq::keywords() const {
    auto* options = call_->defaults();
    std::vector<libpq_keyword> out;
    for (const auto* o = options; o != nullptr && o->keyword != nullptr; ++o) {
        out.push_back({.name = o->keyword, .variable = o->envvar == nullptr ? "" : o->envvar, .otherwise = {}});
        if (o->compiled != nullptr) out.back().otherwise = o->compiled;
    }
    call_->free_options(options);
    return out;
}

std::optional<keyword_values> libpq::parse(const std::string& text) const {
    char* message = nullptr;
    auto* options = call_->parse(text.c_str(), &message);
    if (message != nullptr) call_->free_memory(message);
    if (options == nullptr) return std::nullopt;
    auto out = said(options);
    call_->free_options(options);
    return out;
}

libpq_attempt libpq::begin(const std::string& text) const {
    auto* connection = call_->connect_start(text.c_str());
    auto* options = call_->conninfo(connection);
    const std::string message = call_->error_message(connection);
    const bool tried = message.find("connection to server") != message.npos;
    const bool misread = message.find("invalid integer value") != message.npos;
    libpq_attempt out{.options_accepted = call_->status(connection) != CONNECTION_BAD || (tried && !misread),
                      .message = message,
                      .values = said(options),
                      .password = call_->password(connection)};
    call_->free_options(options);
    call_->finish(connection);
    return out;
}

libpq_connection libpq::connect(const std::string& text) const {
    auto* connection = call_->connect(text.c_str());
    libpq_connection out{.connected = call_->status(connection) == CONNECTION_OK,
                         .encrypted = call_->encrypted(connection) != 0,
                         .port = call_->port(connection),
                         .message = call_->error_message(connection)};
    call_->finish(connection);
    return out;
}

namespace {

libpq_found opened(const std::string& file) {
    try {
        return {.library = new libpq{file}, .reason = {}};  // for the rest of the process, as the library itself
    } catch (const std::exception& e) {
        return {.library = nullptr, .reason = "libpq can't be loaded: " + std::string{e.what()}};
    }
}

libpq_found found_18() {
    if (const char* named = std::getenv("HOWDAH_LIBPQ")) return opened(named);
    const auto& installed = find_libpq(libpq_kind::installed);
    if (installed.library != nullptr && installed.library->version() >= libpq_18) return installed;
    constexpr int version = libpq_18 / 10'000;
    if (auto why = why_not(version); !why.empty())
        return {.library = nullptr, .reason = "no libpq 18, HOWDAH_LIBPQ names none, and " + why};
    return opened(testing::find_installation(version).programs.parent_path() / "lib/libpq.so.5");
}

}  // namespace

const libpq_found& find_libpq(libpq_kind kind) {
    static const auto installed = opened(HOWDAH_LIBPQ_LIBRARY);
    if (kind == libpq_kind::installed) return installed;
    static const auto newest = found_18();
    return newest;
}

}  // namespace howdah
