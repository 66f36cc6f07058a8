// parse_conninfo beside libpq's own parser, the installed one and 18's. The rules are those of libpq 18, and a case
// says from which version on libpq agrees.

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <random>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "howdah/base/error.hpp"
#include "howdah/config/conninfo.hpp"
#include "howdah/config/detail/keyword.hpp"
#include "tests/compat/libpq.hpp"

namespace howdah {
namespace {

class beside_libpq : public testing::TestWithParam<libpq_kind> {
protected:
    void SetUp() override {
        if (found_.library == nullptr) GTEST_SKIP() << found_.reason;
    }
    const libpq& oracle() const { return *found_.library; }
    void compare(std::span<const struct sample> samples) const;

private:
    const libpq_found& found_ = find_libpq(GetParam());
};

std::string name_of(const testing::TestParamInfo<libpq_kind>& kind) {
    return kind.param == libpq_kind::installed ? "installed" : "version_18";
}

keyword_values values_of(const conninfo& info) {
    keyword_values out;
    for (const auto& keyword : config::keywords())
        if (const auto value = info.value(keyword.name)) out.emplace(keyword.name, *value);
    return out;
}

std::optional<keyword_values> ours(const std::string& text) {
    try {
        return values_of(read_conninfo(text));
    } catch (const error&) {
        return std::nullopt;
    }
}

constexpr int any_version = 0;

struct sample {
    const char* text;
    int since = any_version;  // libpq's first version that reads it as 18 does
};

void beside_libpq::compare(std::span<const sample> samples) const {
    for (const auto& [text, since] : samples) {
        if (oracle().version() < since) continue;
        EXPECT_EQ(ours(text), oracle().parse(text)) << text;
    }
}

constexpr auto key_values = std::to_array<sample>({
    {""},
    {" "},
    {"\t\n\v\f\r"},
    {"host=h"},
    {"host=h "},
    {" host = h"},
    {"host =h"},
    {"host= h"},
    {"host\n=\nh"},
    {"host=h user=u"},
    {"host=h\nuser=u"},
    {"host=h\tuser=u"},
    {"host=h\vuser=u"},
    {"host=a host=b"},
    {"host="},
    {"host= user=u"},
    {"host=''"},
    {"host='' user=u"},
    {"host='a b'"},
    {"host='a''b'"},
    {"host='x'y"},
    {"host='x'user=u"},
    {"host='a\\'b'"},
    {"host='a\\\\b'"},
    {"host='a\\b'"},
    {"host=a\\ b"},
    {"host=a\\"},
    {"host=a\\\\"},
    {"host='a\\'"},
    {"host='a\\"},
    {"host='a"},
    {"host='"},
    {"host=a'b"},
    {"host=a'b c'"},
    {"host=\\'a"},
    {"host"},
    {"host "},
    {"host user=u"},
    {"=h"},
    {"= h"},
    {"host==h"},
    {"host=a=b"},
    {"x=y"},
    {"Host=h"},
    {"HOST=h"},
    {"hosts=h"},
    {"tty=x"},
    {"authtype=x"},
    {"requiressl=1"},
    {"requiressl=0"},
    {"requiressl="},
    {"requiressl=10"},
    {"requiressl=yes"},
    {"requiressl=1 sslmode=allow"},
    {"sslmode=allow requiressl=1"},
    {"sslmode=bogus"},
    {"port=bogus"},
    {"connect_timeout="},
    {"service=s"},
    {"host=a,b port=1,2,3"},
    {"password='p w'"},
    {"user=\xc3\xa9"},
    {"user=\xff"},
    {"host=/tmp"},
    {"host=@abstract"},
    {"hostaddr=::1"},
    {"sslcompression=1 sslsni=0 sslcrldir=d"},
    {"client_encoding=auto"},
    {"options='-c x=1'"},
    {"replication=database"},
    {"fallback_application_name=f"},
    {"keepalives=0 keepalives_idle=x"},
    {"tcp_user_timeout=5"},
    {"ssl_min_protocol_version=TLSv9"},
    {"gssencmode=x krbsrvname=y gsslib=z"},
    {"target_session_attrs=x"},
    {"channel_binding=x"},
    {"passfile=x sslpassword=y"},
    {"requirepeer=p"},
    {"sslcertmode=x", 160000},
    {"require_auth=x", 160000},
    {"load_balance_hosts=x", 160000},
    {"gssdelegation=1", 170000},
    {"sslnegotiation=x", 170000},
    {"min_protocol_version=x", 180000},
    {"max_protocol_version=x", 180000},
    {"scram_client_key=x scram_server_key=y", 180000},
    {"oauth_issuer=a oauth_client_id=b", 180000},
    {"oauth_client_secret=a oauth_scope=b", 180000},
    {"sslkeylogfile=x", 180000},
    {"servicefile=x"},
});

constexpr auto uris = std::to_array<sample>({
    {"postgresql://"},
    {"postgres://"},
    {"postgresql:///"},
    {"postgresql:/"},
    {"postgresql:h"},
    {"Postgresql://h"},
    {" postgresql://h"},
    {"postgresql://h"},
    {"postgresql://h/"},
    {"postgresql://h/d"},
    {"postgresql://h:5/d"},
    {"postgresql://h:/d"},
    {"postgresql://:5"},
    {"postgresql://:"},
    {"postgresql://u@"},
    {"postgresql://u@h"},
    {"postgresql://u:@h"},
    {"postgresql://:p@h"},
    {"postgresql://:@h"},
    {"postgresql://@h"},
    {"postgresql://u:p@h"},
    {"postgresql://u:p:q@h"},
    {"postgresql://u@h@i"},
    {"postgresql://u:p/q@h"},
    {"postgresql://u?x@h"},
    {"postgresql://h?user=a@b"},
    {"postgresql://h/d?user=a@b"},
    {"postgresql://h/d/e"},
    {"postgresql://h//d"},
    {"postgresql://h/d#f"},
    {"postgresql://h?"},
    {"postgresql://h/?"},
    {"postgresql://h??"},
    {"postgresql://h?user"},
    {"postgresql://h?user="},
    {"postgresql://h?=u"},
    {"postgresql://h?user=u&"},
    {"postgresql://h?&user=u"},
    {"postgresql://h?user=u&&port=1"},
    {"postgresql://h?user=u&port=1"},
    {"postgresql://h?user==u"},
    {"postgresql://h?user=u=v"},
    {"postgresql://h?nope=1"},
    {"postgresql://h?USER=u"},
    {"postgresql://h?ssl=true"},
    {"postgresql://h?ssl=false"},
    {"postgresql://h?ssl=TRUE"},
    {"postgresql://h?ssl=tr%75e"},
    {"postgresql://h?s%73l=true"},
    {"postgresql://h?sslmode=require"},
    {"postgresql://h?requiressl=1"},
    {"postgresql://h?requiressl=x"},
    {"postgresql://h?host=i"},
    {"postgresql://h:1?host=i&port=2"},
    {"postgresql:///d?host=/tmp"},
    {"postgresql://%2Ftmp/d"},
    {"postgresql://%2ftmp:5/d"},
    {"postgresql://a,b"},
    {"postgresql://a,b/d"},
    {"postgresql://a:1,b:2/d"},
    {"postgresql://a:1,b/d"},
    {"postgresql://a,b:2/d"},
    {"postgresql://,"},
    {"postgresql://,,/d"},
    {"postgresql://a,?user=u"},
    {"postgresql://a:,:b"},
    {"postgresql://u:p@a,b:2,c/d?port=1"},
    {"postgresql://[::1]"},
    {"postgresql://[::1]:5"},
    {"postgresql://[::1]/d"},
    {"postgresql://[::1]?user=u"},
    {"postgresql://[::1],[::2]:5/d"},
    {"postgresql://[::1"},
    {"postgresql://[::1/d"},
    {"postgresql://[]"},
    {"postgresql://[]:5"},
    {"postgresql://["},
    {"postgresql://]"},
    {"postgresql://[::1]x"},
    {"postgresql://[::1]@h"},
    {"postgresql://[fe80::1%25eth0]/d"},
    {"postgresql://a[::1]"},
    {"postgresql://::1/d"},
    {"postgresql://u:[@h"},
    {"postgresql://h/%64"},
    {"postgresql://h/%"},
    {"postgresql://h/%4"},
    {"postgresql://h/%zz"},
    {"postgresql://h/%4z"},
    {"postgresql://h/%00"},
    {"postgresql://h/%0"},
    {"postgresql://h/%01"},
    {"postgresql://h/%ff"},
    {"postgresql://h/%%"},
    {"postgresql://h/%2541"},
    {"postgresql://%75:%70@%68:%35/%64"},
    {"postgresql://u%40:p%3A%2F@h"},
    {"postgresql://u%@h"},
    {"postgresql://u:p%@h"},
    {"postgresql://h%"},
    {"postgresql://h:%"},
    {"postgresql://h?%75ser=u"},
    {"postgresql://h?user=%"},
    {"postgresql://h?%=u"},
    {"postgresql://h?user=%26%3D"},
    {"postgresql://h\t/d"},
    {"postgresql://\xc3\xa9/d"},
    {"postgresql://h/d?application_name=x+y"},
    {"mysql://u@h/d"},
    {"mysql://u@h/d?a=b"},
    {"host=h postgresql://i"},
    {"postgresql://h/d ", 180000},
    {"postgresql:// h/d", 180000},
    {"postgresql://h /d", 180000},
    {"postgresql://h/d e", 180000},
    {"postgresql://a b@h", 180000},
    {"postgresql:// @h", 180000},
    {"postgresql:// ", 180000},
    {"postgresql://h, i/d", 180000},
    {"postgresql://h? user = u ", 180000},
    {"postgresql://h?user=a b", 180000},
    {"postgresql://h?ssl= true ", 180000},
    {"postgresql://h?ssl=true%20"},
    {"postgresql://h%20/d"},
    {"postgresql://h:5 ,i: 6 /d", 180000},
    {"postgresql://h? =", 180000},
    {"postgresql://h?sslnegotiation=x", 170000},
});

class conninfo_beside_libpq : public beside_libpq {};

TEST_P(conninfo_beside_libpq, keywords_and_values_are_read_alike) { compare(key_values); }

TEST_P(conninfo_beside_libpq, uris_are_read_alike) { compare(uris); }

// Random walks find what nobody thought of. No spaces in URIs, whose meaning changed in 18.
TEST_P(conninfo_beside_libpq, random_strings_are_read_alike) {
    constexpr auto pieces = std::to_array<std::string_view>(
        {"host", "user", "password", "ssl",           "true", "requiressl", "port", "dbname", "=", "=", "'", "\\", " ",
         "\n",   "a",    "1",        "%41",           "%",    "%4",         "%00",  ":",      "@", "/", "?", "&",  ",",
         "[",    "]",    "::1",      "postgresql://", "x"});
    std::mt19937 random{20260101};
    int accepted = 0;
    for (int round = 0; round < 20'000; ++round) {
        std::string text = random() % 2 == 0 ? "postgresql://" : "";
        for (auto length = random() % 16; length > 0; --length) text += pieces[random() % pieces.size()];
        if (text.starts_with("postgresql://")) std::erase(text, ' ');
        const auto theirs = oracle().parse(text);
        ASSERT_EQ(ours(text), theirs) << text;
        accepted += theirs ? 1 : 0;
    }
    EXPECT_GT(accepted, 1'000);
}

class keywords_beside_libpq : public beside_libpq {};

TEST_P(keywords_beside_libpq, have_the_same_names_variables_and_defaults) {
    for (const auto& theirs : oracle().keywords()) {
        const auto* keyword = config::find_keyword(theirs.name);
        ASSERT_NE(keyword, nullptr) << theirs.name;
        EXPECT_EQ(keyword->variable, theirs.variable) << theirs.name;
        // Howdah always has a deadline, and never GSSAPI.
        if (theirs.name == "connect_timeout" || theirs.name == "gssencmode") continue;
        EXPECT_EQ(keyword->otherwise, theirs.otherwise) << theirs.name;
    }
}

TEST_P(keywords_beside_libpq, are_all_libpqs_but_howdahs_own) {
    if (oracle().version() < libpq_18) GTEST_SKIP() << "libpq " << oracle().version() << " has fewer keywords than 18";
    const auto theirs = oracle().keywords();
    ASSERT_LT(theirs.size(), config::keywords().size());
    for (std::size_t i = 0; i < theirs.size(); ++i) EXPECT_EQ(config::keywords()[i].name, theirs[i].name);
    EXPECT_EQ(config::keywords()[theirs.size()].name, "allow_cleartext_without_tls");
}

constexpr auto option_samples = std::to_array<sample>({
    {""},
    {"sslmode="},
    {"sslmode=verify-full"},
    {"sslmode=VERIFY-FULL"},
    {"sslmode='require '"},
    {"channel_binding="},
    {"channel_binding=require"},
    {"target_session_attrs=any"},
    {"target_session_attrs="},
    {"target_session_attrs=read-write"},
    {"target_session_attrs=read-only"},
    {"target_session_attrs=primary"},
    {"target_session_attrs=standby"},
    {"target_session_attrs=prefer-standby"},
    {"target_session_attrs=read_only"},
    {"sslmode=allow channel_binding=require"},
    {"sslmode=verify-ca"},
    {"connect_timeout=-1"},
    {"requirepeer=nobody"},
    {"gssencmode=disable"},
    {"sslcrl=/nonexistent sslcrldir=/nonexistent"},
    {"gssencmode=prefer"},
    {"gssencmode="},
    {"gssencmode=x"},
    {"port=0"},
    {"port=65535"},
    {"port=65536"},
    {"port=-1"},
    {"port=5x"},
    {"port=x"},
    {"port="},
    {"port=' 5 '"},
    {"port=+5"},
    {"port=0x5"},
    {"port=1,2"},
    {"port=,"},
    {"host=/nonexistent/a,/nonexistent/b port=1,2"},
    {"host=/nonexistent/a,/nonexistent/b port=1"},
    {"host=/nonexistent/a,/nonexistent/b port=1,2,3"},
    {"host=/nonexistent/a,/nonexistent/b port=,"},
    {"host=a,b hostaddr=127.0.0.1"},
    {"host=a hostaddr=127.0.0.1,127.0.0.1"},
    {"ssl_min_protocol_version="},
    {"ssl_min_protocol_version=tlsv1.3"},
    {"ssl_min_protocol_version=TLS1.3"},
    {"ssl_min_protocol_version=TLSv1.3 ssl_max_protocol_version=TLSv1.2"},
    {"ssl_max_protocol_version="},
    {"ssl_max_protocol_version=TLSv1.3"},
    {"ssl_max_protocol_version=x"},
    {"ssl_max_protocol_version=TLSv1"},
    {"replication=x"},
    {"sslcompression=x"},
    {"sslsni=x"},
    {"client_encoding=auto"},
    {"sslcertmode=", 160000},
    {"sslcertmode=allow", 160000},
    {"sslcertmode=x", 160000},
    {"load_balance_hosts=random", 160000},
    {"load_balance_hosts=", 160000},
    {"load_balance_hosts=disable", 160000},
    {"sslcertmode=require", 160000},
    {"sslcertmode=disable", 160000},
    {"require_auth=scram-sha-256,none", 160000},
    {"require_auth=!password,!md5,!gss,!sspi", 160000},
    {"require_auth=password,md5,scram-sha-256,gss,sspi,none", 160000},
    {"require_auth=oauth,password", 180000},
    {"require_auth='scram-sha-256 '", 160000},
    {"require_auth=!!md5", 160000},
    {"sslnegotiation=direct sslmode=allow", 170000},
    {"sslnegotiation=postgres sslmode=disable", 170000},
    {"max_protocol_version=latest", 180000},
    {"min_protocol_version=3.0 max_protocol_version=3.0", 180000},
    {"require_auth=", 160000},
    {"require_auth=md5,scram-sha-256", 160000},
    {"require_auth=md5,md5", 160000},
    {"require_auth=none,none", 160000},
    {"require_auth=!none,!none", 160000},
    {"require_auth=!none,md5", 160000},
    {"require_auth=md5,!none", 160000},
    {"require_auth=md5,", 160000},
    {"require_auth=,", 160000},
    {"require_auth=!", 160000},
    {"require_auth=scram", 160000},
    {"require_auth=MD5", 160000},
    {"require_auth='md5, password'", 160000},
    {"sslrootcert=system", 160000},
    {"sslrootcert=system sslmode=verify-ca", 160000},
    {"sslnegotiation=direct", 170000},
    {"sslnegotiation=direct sslmode=require", 170000},
    {"sslnegotiation=", 170000},
    {"min_protocol_version=3.0", 180000},
    {"min_protocol_version=", 180000},
    {"min_protocol_version=3.1", 180000},
    {"min_protocol_version=latest", 180000},
    {"min_protocol_version=3.2 max_protocol_version=3.0", 180000},
    {"max_protocol_version=3.2", 180000},
    {"max_protocol_version=3", 180000},
});

class options_beside_libpq : public beside_libpq {};

bool is_accepted(const std::string& text) {
    try {
        parse_conninfo(text).validate();
        return true;
    } catch (const error&) {
        return false;
    }
}

// The socket's folder does not exist, so libpq comes back at once.
TEST_P(options_beside_libpq, are_accepted_or_refused_alike) {
    for (const auto& [options, since] : option_samples) {
        if (oracle().version() < since) continue;
        const std::string text = std::string{"user=u host=/nonexistent/folder "} + options;
        const auto theirs = oracle().begin(text);
        EXPECT_EQ(is_accepted(text), theirs.options_accepted) << text << '\n' << theirs.message;
    }
}

struct choices {
    const char* keyword;
    std::vector<const char*> values;
};

// Options rule each other out; which pairs and triples do, nobody lists. Only 18 knows all of them.
TEST_P(options_beside_libpq, are_accepted_or_refused_alike_in_every_company) {
    if (oracle().version() < libpq_18) GTEST_SKIP() << "libpq " << oracle().version() << " lacks options of 18";
    const std::vector<choices> all{
        {"sslmode", {"disable", "allow", "prefer", "require", "verify-ca", "verify-full", "on"}},
        {"sslnegotiation", {"postgres", "direct"}},
        {"sslrootcert", {"system", "/nonexistent"}},
        {"sslcertmode", {"disable", "allow", "require"}},
        {"channel_binding", {"disable", "prefer", "require"}},
        {"gssencmode", {"disable", "prefer"}},
        {"require_auth",
         {"''", "none", "md5", "!none", "scram-sha-256,none", "password,password", "!md5,!md5", "md5,!md5"}},
        {"target_session_attrs", {"any", "read-write", "prefer-standby", "rw"}},
        {"load_balance_hosts", {"disable", "random", "always"}},
        {"min_protocol_version", {"3.0", "3.2", "latest", "3.1"}},
        {"max_protocol_version", {"3.0", "3.2", "latest", "4"}},
        {"ssl_min_protocol_version", {"TLSv1.2", "TLSv1.3", "''", "2"}},
        {"ssl_max_protocol_version", {"TLSv1.2", "TLSv1.3", "''"}},
        {"port", {"1", "1,2", "1,2,3", "''", "x", "0"}},
        {"host", {"/nonexistent/a", "/nonexistent/a,/nonexistent/b", "/nonexistent/a,/nonexistent/b,/nonexistent/c"}},
    };
    std::mt19937 random{20260102};
    int accepted = 0;
    for (int round = 0; round < 3'000; ++round) {
        std::string text = "user=u host=/nonexistent/folder";
        for (auto left = random() % 4; left <= 4; ++left) {
            const auto& [keyword, values] = all[random() % all.size()];
            text.append(" ").append(keyword).append("=").append(values[random() % values.size()]);
        }
        // No login could meet these two: Howdah says so at once, libpq when the server has let it in.
        if (text.find("channel_binding=require") != text.npos && text.find("sslmode=disable") != text.npos) continue;
        const auto theirs = oracle().begin(text);
        EXPECT_EQ(is_accepted(text), theirs.options_accepted) << text << '\n' << theirs.message;
        accepted += theirs.options_accepted ? 1 : 0;
    }
    EXPECT_GT(accepted, 300);
    EXPECT_LT(accepted, 2'700);
}

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

constexpr auto kinds = std::to_array({libpq_kind::installed, libpq_kind::version_18});
INSTANTIATE_TEST_SUITE_P(libpq, conninfo_beside_libpq, testing::ValuesIn(kinds), name_of);
INSTANTIATE_TEST_SUITE_P(libpq, keywords_beside_libpq, testing::ValuesIn(kinds), name_of);
INSTANTIATE_TEST_SUITE_P(libpq, options_beside_libpq, testing::ValuesIn(kinds), name_of);
INSTANTIATE_TEST_SUITE_P(libpq, files_beside_libpq, testing::ValuesIn(kinds), name_of);

}  // namespace
}  // namespace howdah
