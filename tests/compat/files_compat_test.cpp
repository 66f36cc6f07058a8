// Service file, passfile and environment, and which of them goes first.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <vector>

#include "beside_libpq.hpp"

namespace howdah {
namespace {

// Both read the same process environment, home folder, service file and passfile.
class files_beside_libpq : public beside_libpq {
protected:
    files_beside_libpq() {
        std::string pattern = (std::filesystem::temp_directory_path() / "howdah-compat-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error{"no folder for the test"};
        home = pattern;
        set("HOME", home);
        set("PGSYSCONFDIR", home);
    }
    ~files_beside_libpq() override {
        for (const auto& name : variables) ::unsetenv(name.c_str());
        std::filesystem::remove_all(home);
    }

    void set(const std::string& name, const std::string& value) {
        ::setenv(name.c_str(), value.c_str(), 1);
        variables.push_back(name);
    }
    std::string write(const std::string& name, std::string_view text) {
        const auto path = home + '/' + name;
        std::ofstream{path} << text;
        std::filesystem::permissions(path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
        return path;
    }
    static std::optional<std::string> our(const std::string& text, std::string_view keyword) {
        try {
            return std::string{resolve_conninfo(text).value(keyword).value_or("")};
        } catch (const error&) {
            return std::nullopt;
        }
    }

    /// Of the first host, which is the one that libpq speaks of.
    static std::string host_password(const std::string& text) {
        const auto config = parse_conninfo(text);
        const auto& one = config.host_passwords.empty() ? config.password : config.host_passwords.front();
        return std::string{one.reveal()};
    }

    std::string home;
    std::vector<std::string> variables;
};

TEST_P(files_beside_libpq, a_service_file_says_the_same_to_both) {
    for (const auto* content : {"[s]\ndbname=d\n",
                                "[s]\ndbname=d",
                                "[s]\n dbname=d \n",
                                "[s]\ndbname= d\n",
                                "[s]\ndbname =d\n",
                                "[s]\n#x\n\ndbname=d\n",
                                "[s]x\ndbname=d\n",
                                "[ s ]\ndbname=d\n",
                                "[ss]\ndbname=d\n",
                                "[t]\ndbname=e\n[s]\ndbname=d\n",
                                "[s]\n[s]\ndbname=d\n",
                                "[s]\ndbname=d\ndbname=e\n",
                                "[s]\ndbname='d e'\n",
                                "[s]\ndbname\n",
                                "[s]\nnope=d\n",
                                "[s]\nservice=t\n",
                                "[s]\ndbname=d\n[t]\nnope\n",
                                "dbname=e\n[s]\ndbname=d\n",
                                "[s]\r\ndbname=d\r\n",
                                "[s]\nuser=v\ndbname=d\n",
                                "[s\ndbname=d\n",
                                "[s]\nrequiressl=1\n",
                                ""}) {
        write(".pg_service.conf", content);
        const std::string text = "service=s user=u host=/nonexistent/folder";
        const auto theirs = oracle().begin(text);
        const auto known = theirs.values.find("dbname");
        const auto expected = known == theirs.values.end() ? std::nullopt : std::optional{known->second};
        EXPECT_EQ(our(text, "dbname"), expected) << content << theirs.message;
    }
}

TEST_P(files_beside_libpq, a_passfile_says_the_same_to_both) {
    for (const auto* content : {"h:1:d:u:p\n",
                                "h:1:d:u:p",
                                "h:1:d:u:p\r\n",
                                "*:*:*:*:p\n",
                                "*:1:*:u:p:q\n",
                                "h:1:d:u:p\\:q\n",
                                "h:1:d:u:p\\\\q\n",
                                "h:1:d:u:p\\",
                                "h:1:d:u:\n",
                                "#h:1:d:u:p\n",
                                " h:1:d:u:p\n",
                                "h:1:d:u: p \n",
                                "h\\:1:d:u:p\n",
                                "\\h:1:\\d:\\u:p\n",
                                "h*:1:d:u:p\n",
                                "*h:1:d:u:p\n",
                                "x:1:d:u:a\nh:1:d:u:b\nh:1:d:u:c\n",
                                "h:1:d\n",
                                "\n\nh:1:d:u:p\n",
                                "h:2:d:u:p\n",
                                "::::p\n",
                                "",
                                "h:1:d:u:p\n\n",
                                "h:1:d:u:\\\n",
                                "h:1:d:u\\:p\n"}) {
        const auto path = write("pass", content);
        const auto text = "hostaddr=127.0.0.1 host=h port=1 dbname=d user=u passfile=" + path;
        EXPECT_EQ(our(text, "password"), oracle().begin(text).password) << content;
    }
}

// A password that only its owner may read is read; the host is what was given first of name, address and socket.
TEST_P(files_beside_libpq, a_passfile_is_asked_for_the_same_host_and_not_if_others_may_read_it) {
    struct asked {
        const char *line, *where;
        bool by_folder = false;  // which folder stands for localhost is built into a libpq, Debian's into Howdah
    };
    for (const auto& [line, where, by_folder] :
         {asked{"h:*:d:u:p", "host=h hostaddr=127.0.0.1"}, asked{"localhost:*:d:u:p", "host=/tmp", true},
          asked{"localhost:*:d:u:p", "host=/var/run/postgresql", true}, asked{"/tmp:*:d:u:p", "host=/tmp", true},
          asked{"@a:*:d:u:p", "host=@a"}, asked{"127.0.0.1:*:d:u:p", "hostaddr=127.0.0.1"},
          asked{"h:*:d:u:p", "hostaddr=127.0.0.1 host=h"}, asked{"\\:\\:1:*:d:u:p", "hostaddr=::1"},
          asked{"H:*:d:u:p", "host=h hostaddr=::1"}, asked{"h:05:d:u:p", "host=h hostaddr=::1 port=5"}}) {
        if (by_folder && GetParam() != libpq_kind::installed) continue;
        const auto path = write("pass", std::string{line} + '\n');
        const auto text = std::string{where} + " dbname=d user=u passfile=" + path;
        for (const auto mode : {0600U, 0640U, 0604U, 0400U, 0700U}) {
            std::filesystem::permissions(path, std::filesystem::perms{mode});
            EXPECT_EQ(host_password(text), oracle().begin(text).password) << line << ' ' << where << ' ' << mode;
        }
        std::filesystem::remove(path);
    }
}

// Each keyword is said at every subset of the places that can say it.
TEST_P(files_beside_libpq, string_service_environment_and_default_go_before_each_other_alike) {
    for (const auto* keyword : {"dbname", "port", "sslmode", "user", "application_name", "sslrootcert"}) {
        const auto value = [&](int place) {
            if (std::string_view{keyword} == "port") return std::to_string(place);
            if (std::string_view{keyword} == "sslmode") return std::string{place == 1 ? "allow" : "disable"};
            return "from" + std::to_string(place);
        };
        const std::string variable{config::find_keyword(keyword)->variable}, name{keyword};
        for (unsigned said = 0; said < 8; ++said) {
            std::string text = "service=s host=/nonexistent/folder";
            if ((said & 1U) != 0) text += ' ' + name + '=' + value(1);
            write(".pg_service.conf",
                  "[s]\nconnect_timeout=3\n" + ((said & 2U) != 0 ? name + '=' + value(2) : "") + '\n');
            if ((said & 4U) != 0) ::setenv(variable.c_str(), value(3).c_str(), 1);
            const auto theirs = oracle().begin(text).values;
            const auto known = theirs.find(name);
            EXPECT_EQ(our(text, keyword), known == theirs.end() ? "" : known->second) << keyword << ' ' << said;
            ::unsetenv(variable.c_str());
        }
    }
}

TEST_P(files_beside_libpq, the_environment_says_the_same_to_both) {
    for (const auto& theirs : oracle().keywords()) {
        if (theirs.variable.empty() || theirs.name == "service") continue;
        const std::string value = theirs.name == "port" ? "7" : "some";
        ::setenv(theirs.variable.c_str(), value.c_str(), 1);
        EXPECT_EQ(our("", theirs.name), value) << theirs.variable;
        ::unsetenv(theirs.variable.c_str());
    }
    const std::string text = "user=u host=/nonexistent/folder";
    for (const auto* required : {"1", "10", "0", "yes", ""}) {
        set("PGREQUIRESSL", required);
        EXPECT_EQ(our(text, "sslmode"), oracle().begin(text).values.at("sslmode")) << required;
    }
}

INSTANTIATE_TEST_SUITE_P(libpq, files_beside_libpq, testing::ValuesIn(kinds), name_of);

}  // namespace
}  // namespace howdah
