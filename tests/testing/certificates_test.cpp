#include "howdah/testing/certificates.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <string>

#include "howdah/testing/descriptor.hpp"
#include "howdah/testing/folders.hpp"
#include "howdah/testing/process.hpp"

namespace howdah::testing {
namespace {

using namespace std::chrono_literals;

/// What the openssl command thinks of a certificate.
struct verdict {
    server_folder folder;

    std::string write(const std::string& name, const std::string& text) const {
        const auto path = (folder.path() / name).string();
        write_all(open_file(path, O_WRONLY | O_CREAT), text);
        return path;
    }

    outcome verify(const authority& root, const identity& leaf, std::vector<std::string> more) const {
        const auto chain = write("chain", leaf.certificate_pem());
        std::vector<std::string> words{find_program("openssl"),
                                       "verify",
                                       "-x509_strict",
                                       "-CAfile",
                                       write("root", root.certificate_pem()),
                                       "-untrusted",
                                       chain};
        words.insert(words.end(), more.begin(), more.end());
        words.push_back(chain);
        return run({.arguments = words}, {}, 10s);
    }
};

TEST(certificates, chain_through_an_intermediate_is_accepted_for_its_purpose_and_names) {
    const authority root{"root"}, intermediate{"intermediate", root};
    const auto leaf = intermediate.issue({.common_name = "db", .alternatives = "DNS:localhost,IP:127.0.0.1"});
    const auto yes = verdict{}.verify(root, leaf, {"-purpose", "sslserver", "-verify_ip", "127.0.0.1"});
    EXPECT_EQ(yes.exit_status, 0) << yes.errors;
    EXPECT_NE(verdict{}.verify(root, leaf, {"-verify_hostname", "elsewhere"}).exit_status, 0);
    EXPECT_NE(verdict{}.verify(root, leaf, {"-purpose", "sslclient"}).exit_status, 0);
}

TEST(certificates, another_root_and_an_expired_certificate_are_refused) {
    const authority root{"root"}, other{"root"};
    const auto leaf = root.issue({.common_name = "db"});
    EXPECT_EQ(verdict{}.verify(root, leaf, {}).exit_status, 0);
    EXPECT_NE(verdict{}.verify(other, leaf, {}).exit_status, 0);
    const auto expired = root.issue({.common_name = "db", .valid_from = -48h, .valid_until = -1h});
    const auto no = verdict{}.verify(root, expired, {});
    EXPECT_NE(no.exit_status, 0);
    EXPECT_NE(no.errors.find("certificate has expired"), std::string::npos) << no.errors;
}

}  // namespace
}  // namespace howdah::testing
