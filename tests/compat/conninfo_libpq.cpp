#include "conninfo_libpq.hpp"

#include <dlfcn.h>
#include <libpq-fe.h>

#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string_view>

namespace howdah {

struct libpq::functions {
    decltype(&PQlibVersion) version;
    decltype(&PQconndefaults) defaults;
    decltype(&PQconninfoParse) parse;
    decltype(&PQconninfoFree) free_options;
    decltype(&PQfreemem) free_memory;
    decltype(&PQconnectStart) connect_start;
    decltype(&PQconninfo) conninfo;
    decltype(&PQerrorMessage) error_message;
    decltype(&PQstatus) status;
    decltype(&PQpass) password;
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

libpq::libpq() : library_{nullptr}, call_{nullptr} {
    const char* other = std::getenv("HOWDAH_LIBPQ");
    library_ = ::dlopen(other != nullptr ? other : HOWDAH_LIBPQ_LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (library_ == nullptr) throw std::runtime_error{::dlerror()};
    auto f = std::make_unique<functions>();
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
    call_ = f.release();
}

// The library stays loaded: what it keeps for the process would look leaked.
libpq::~libpq() { delete call_; }

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

}  // namespace howdah
