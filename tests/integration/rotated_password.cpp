// A program whose password is rotated, and that then looks through all of its own memory for the old one. It says what
// it did and found; memory_test.cpp runs it. Passwords come in hexadecimal, which is not what is looked for.
//
// Usage: rotated_password blocking|async DSN SUPERUSER-DSN ROLE OLD NEW

#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <sstream>
#include <vector>

#include "driver.hpp"
#include "howdah/async/dial.hpp"
#include "howdah/blocking/detail/dial.hpp"

namespace howdah::test {
namespace {

constexpr char veil = 0x5a;

/// A text that is kept, and compared, only in a form that is not its own.
class veiled {
public:
    explicit veiled(const std::string& hexadecimal) {
        for (std::size_t i = 0; i + 1 < hexadecimal.size(); i += 2) {
            int octet = 0;
            std::from_chars(hexadecimal.data() + i, hexadecimal.data() + i + 2, octet, 16);
            text_ += static_cast<char>(octet ^ veil);
        }
    }
    secret_string unveiled() const {
        std::string text = text_;
        for (auto& c : text) c ^= veil;
        secret_string out{text};
        wipe(text.data(), text.size());
        return out;
    }
    std::size_t count_in(const std::vector<char>& memory) const {
        std::size_t found = 0;
        for (std::size_t at = 0; at + text_.size() <= memory.size(); ++at) {
            std::size_t same = 0;
            while (same < text_.size() && (memory[at + same] ^ veil) == text_[same]) ++same;
            found += same == text_.size();
        }
        return found;
    }

private:
    std::string text_;
};

/// How often each is in what this process can write to, and where. The copies that are looked at are not among it.
std::string search(const std::vector<std::pair<std::string, const veiled*>>& wanted) {
    std::ostringstream out;
    std::ifstream maps{"/proc/self/maps"};
    std::vector<std::string> lines;
    for (std::string line; std::getline(maps, line);) lines.push_back(line);
    for (const auto& [name, text] : wanted) {
        std::size_t found = 0;
        std::string where;
        for (const auto& line : lines) {
            std::uintptr_t from = 0, to = 0;
            char writes = 0, reads = 0;
            char dash = 0;
            std::istringstream in{line};
            in >> std::hex >> from >> dash >> to >> reads >> writes;
            if (reads != 'r' || writes != 'w') continue;
            std::vector<char> memory(to - from);
            iovec local{.iov_base = memory.data(), .iov_len = memory.size()};
            iovec remote{.iov_base = reinterpret_cast<void*>(from), .iov_len = memory.size()};
            const auto n = ::process_vm_readv(::getpid(), &local, 1, &remote, 1, 0);
            memory.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
            const auto here = text->count_in(memory);
            wipe(memory.data(), memory.size());
            found += here;
            if (here != 0) where += " in " + line;
        }
        out << name << ' ' << found << where << '\n';
    }
    return out.str();
}

struct speaker final : observer {
    void on(const connect_event& e) override {
        std::cout << "event: connect " << e.host << (e.failure != nullptr ? e.failure->what() : " done") << '\n';
    }
    void on(const notice_event& e) override { std::cout << "event: notice " << e.notice->message << '\n'; }
    void on(const query_start_event& e) override { std::cout << "event: query " << e.statement << '\n'; }
    void on(const warning_event& e) override { std::cout << "event: warning " << e.what << '\n'; }
    void on(const connection_lost_event&) override { std::cout << "event: lost\n"; }
};

template <class D>
void connect(D& driver, const connection_config& config, const std::shared_ptr<core::shared_state>& shared) {
    const auto watcher = std::make_shared<speaker>();
    if constexpr (std::is_same_v<D, async_driver>)
        (void)driver.call(async::dial(std::make_shared<const connection_config>(config), watcher, shared));
    else (void)blocking::detail::dial(config, watcher, {}, shared);
}

template <class D>
void rotate(const std::vector<std::string>& words) {
    const auto &dsn = words[2], &superuser = words[3], &role = words[4];
    const veiled old_one{words[5]}, new_one{words[6]};
    const veiled* kept = &old_one;
    auto config = parse_conninfo(dsn);
    config.username = role;
    config.password = {};
    // It keeps the old one too long, as caches do.
    auto provider = std::make_shared<callback_credentials>([&](const credential_request&) { return kept->unveiled(); });
    provider->on_refused([&](const credential_request&) { kept = &new_one; });
    config.credentials = provider;

    D driver;
    const auto shared = std::make_shared<core::shared_state>();
    connect(driver, config, shared);
    connect(driver, config, shared);
    std::cout << "before: " << search({{"old", &old_one}}) << std::flush;
    {
        blocking::connection db{parse_conninfo(superuser)};
        const auto text = new_one.unveiled();
        db.execute(unsafe_sql{"alter role " + role + " password '" + std::string{text.reveal()} + "'"});
    }
    connect(driver, config, shared);
    connect(driver, config, shared);
    // And an error with it in hand.
    kept = &old_one;
    provider->on_refused({});
    try {
        connect(driver, config, std::make_shared<core::shared_state>());
    } catch (const error& e) {
        std::cout << "error: " << e.what() << '\n';
    }
    std::cout << "after: " << search({{"old", &old_one}, {"new", &new_one}}) << std::flush;
}

}  // namespace
}  // namespace howdah::test

int main(int argc, char** argv) {
    using namespace howdah::test;
    const std::vector<std::string> words{argv, argv + argc};
    if (words.size() != 7) return 2;
    try {
        if (words[1] == "async") rotate<async_driver>(words);
        else rotate<blocking_driver>(words);
        return 0;
    } catch (const std::exception& e) {
        std::cerr << e.what() << '\n';
        return 1;
    }
}
