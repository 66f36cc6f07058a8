#include "howdah/tools/doctor_dial.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <memory>
#include <string>

#include "howdah/base/last_error.hpp"
#include "howdah/blocking/ask.hpp"
#include "howdah/core/connection_setup.hpp"
#include "howdah/core/retry.hpp"
#include "howdah/net/resolve.hpp"
#include "howdah/net/transport.hpp"
#include "howdah/wire/frontend.hpp"

namespace howdah::tools {
namespace {

using core::clock;
using core::handshake;

constexpr std::chrono::hours soon{24 * 30};  // a certificate that ends within a month is worth a word

std::error_code send_output(int fd, handshake& h, clock::time_point deadline) {
    for (auto out = h.output(); !out.empty(); out = h.output()) {
        if (const auto failed = net::wait_writable(fd, deadline)) return failed;
        const auto n = ::send(fd, out.data(), out.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n > 0) {
            h.written(static_cast<std::size_t>(n));
        } else if (errno != EAGAIN && errno != EINTR) {
            return last_error();
        }
    }
    return {};
}

std::error_code receive(int fd, handshake& h, clock::time_point deadline) {
    if (const auto failed = net::wait_readable(fd, deadline)) return failed;
    const auto room = h.input_space();
    const auto n = ::recv(fd, room.data(), room.size(), 0);
    if (n > 0) {
        h.commit(static_cast<std::size_t>(n));
    } else if (n == 0) {
        h.input_ended();
    } else if (errno != EINTR && errno != EAGAIN) {
        return last_error();
    }
    return {};
}

/// Where a handshake's time went, and where it was last.
struct handshake_times {
    std::chrono::nanoseconds tls{}, authenticate{};
    enum phase last = phase::authenticate;
};

// The time until TLS stands, or is refused, is its own; all that follows is the login.
void shake_hands(int fd, handshake& h, clock::time_point deadline, handshake_times& times) {
    while (h.state() == handshake::state::working) {
        times.last = h.phase();
        const auto start = clock::now();
        auto failed = send_output(fd, h, deadline);
        if (!failed) failed = receive(fd, h, deadline);
        (times.last == phase::tls ? times.tls : times.authenticate) += clock::now() - start;
        if (failed) throw core::startup_failure(failed, times.last);
    }
    if (h.state() == handshake::state::failed) throw error{h.failure()};
    if (const auto failed = send_output(fd, h, deadline)) throw core::startup_failure(failed, times.last);
}

const char* words(net::verification v) {
    switch (v) {
        case net::verification::none: return "none";
        case net::verification::chain: return "chain";
        case net::verification::chain_and_name: return "chain and name";
    }
    return "";
}

const char* words(net::client_certificate c) {
    switch (c) {
        case net::client_certificate::not_requested: return "not requested";
        case net::client_certificate::not_sent: return "requested, not sent";
        case net::client_certificate::sent: return "sent";
    }
    return "";
}

facts facts_of(const net::certificate& c) {
    const auto left = std::chrono::floor<std::chrono::days>(c.not_after - std::chrono::system_clock::now());
    return {{"subject", c.subject},
            {"issuer", c.issuer},
            {"names", c.names},
            {"not_before", net::to_text(c.not_before)},
            {"not_after", net::to_text(c.not_after)},
            {"days_left", std::int64_t{left.count()}},
            {"fingerprint", c.fingerprint}};
}

facts facts_of(const net::tls_info& tls) {
    std::vector<facts> chain;
    for (const auto& c : tls.chain) chain.push_back(facts_of(c));
    return {{"version", tls.version},          {"cipher", tls.cipher},
            {"bits", std::int64_t{tls.bits}},  {"alpn", tls.alpn.empty() ? "none" : tls.alpn},
            {"verified", words(tls.verified)}, {"client_certificate", words(tls.client_certificate)},
            {"certificate", std::move(chain)}};
}

class doctors_dial {
public:
    doctors_dial(const connection_config& config, doctor_report& report)
        : config_{config}, report_{report}, plan_{config, core::draw} {}

    std::optional<connection_config> run() {
        while (const auto* host = plan_.next_host()) {
            if (!resolve(*host)) continue;
            while (plan_.has_attempt()) {
                if (plan_.question() != nullptr) {
                    ask();
                } else if (auto connected = attempt(plan_.next_attempt())) {
                    return connected;
                }
            }
        }
        return std::nullopt;
    }

private:
    bool resolve(const endpoint& host) {
        const auto start = clock::now();
        try {
            auto addresses = net::is_plain_transport(config_) ? net::resolve(host, core::connect_deadline(config_))
                                                              : std::vector<net::address>(1);
            std::vector<std::string> texts;
            for (const auto& a : addresses) texts.push_back(a.text);
            report_.add({.name = "resolve",
                         .took = clock::now() - start,
                         .found = {{"host", host.to_string()}, {"addresses", std::move(texts)}}});
            plan_.resolved(std::move(addresses));
            return true;
        } catch (const error& e) {
            report_.add(failed_step("resolve", clock::now() - start, e, {{"host", host.to_string()}}));
            plan_.failed(error{e}.at(phase::resolve).from_host(host.to_string()), nullptr);
            return false;
        }
    }

    void ask() {
        const auto start = clock::now();
        auto question = *plan_.question();
        question.request.deadline = core::connect_deadline(config_);
        try {
            auto password = blocking::detail::ask(question);
            report_.add({.name = "credentials",
                         .took = clock::now() - start,
                         .found = {{"password", password.empty() ? "none" : "given"}}});
            plan_.given(std::move(password));
        } catch (const error& e) {
            report_.add(failed_step("credentials", clock::now() - start, e, {}));
            plan_.not_given(error{e});
        }
    }

    std::optional<connection_config> attempt(const core::dial_plan::attempt& a) {
        const auto deadline = core::connect_deadline(config_);
        net::unique_fd fd;
        if (!connect(a, deadline, fd)) return std::nullopt;
        handshake h{config_, *a.host, a.tls, *a.password, a.wanted, plan_.shared()};
        handshake_times times;
        try {
            shake_hands(fd.get(), h, deadline, times);
        } catch (const error& e) {
            report_failure(a, h, times, e);
            plan_.failed(error{e}.from_host(a.host->to_string()), &h);
            return std::nullopt;
        }
        auto channel = h.take_channel();
        if (a.tls != wire::tls_request::none) report_tls(a, times.tls, channel);
        if (!channel.encrypted() && !a.host->is_unix_socket() && net::is_plain_transport(config_))
            report_.warn("the connection is not encrypted: sslmode=verify-full protects it");
        report_login(*a.host, h.result(), times.authenticate);
        say_goodbye(fd.get(), channel);
        if (!net::is_plain_transport(config_)) return config_;
        auto here = config_;
        here.hosts = {*a.host};
        here.password = *a.password;
        here.credentials = nullptr;  // this password works
        return here;
    }

    // So that the server's log has no complaint. It does not matter whether it arrives.
    static void say_goodbye(int fd, net::channel& channel) {
        bytes goodbye;
        wire::serialize(wire::terminate{}, goodbye);
        if (channel.encrypted()) {
            if (channel.encrypt(goodbye)) return;
            channel.shut_down();
        }
        const auto out = channel.encrypted() ? channel.outgoing() : bytes_view{goodbye};
        (void)::send(fd, out.data(), out.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    }

    bool connect(const core::dial_plan::attempt& a, clock::time_point deadline, net::unique_fd& fd) {
        const auto start = clock::now();
        const facts where{{"address", a.to->text}};
        try {
            if (!net::is_plain_transport(config_)) {
                fd = net::open_transport(config_);
            } else {
                std::error_code failed;
                fd = net::connect(*a.to, config_, deadline, failed);
                if (failed) throw net::connect_failure(*a.host, *a.to, failed);
            }
            if (a.host->is_unix_socket())
                if (auto wrong = net::check_peer(fd.get(), config_)) throw error{*wrong};
        } catch (const error& e) {
            report_.add(failed_step("connect", clock::now() - start, e, where));
            plan_.failed(error{e}.from_host(a.host->to_string()), nullptr);
            return false;
        }
        report_.add({.name = "connect", .took = clock::now() - start, .found = where});
        return true;
    }

    void report_failure(const core::dial_plan::attempt& a, handshake& h, const handshake_times& times, const error& e) {
        if (times.last == phase::tls) return report_.add(failed_step("tls", times.tls, e));
        if (a.tls != wire::tls_request::none) report_tls(a, times.tls, h.take_channel());
        report_.add(failed_step("authenticate", times.authenticate, e,
                                {{"user", config_.username}, {"database", config_.database}}));
    }

    void report_tls(const core::dial_plan::attempt& a, std::chrono::nanoseconds took, const net::channel& channel) {
        if (!channel.encrypted())
            return report_.add({.name = "tls", .took = took, .found = {{"version", "the server has none"}}});
        const auto tls = channel.info();
        report_.add({.name = "tls", .took = took, .found = facts_of(tls)});
        if (tls.verified != net::verification::chain_and_name)
            report_.warn("nothing proves that the server is " + a.host->host +
                         ": use sslmode=verify-full with sslrootcert");
        for (const auto& c : tls.chain)
            if (c.not_after - std::chrono::system_clock::now() < soon)
                report_.warn("the certificate of " + c.subject + " ends on " + net::to_text(c.not_after) +
                             ": renew it");
    }

    // What the production profile would say of this very connection.
    std::vector<std::string> below_production(const endpoint& host, const wire::startup_result& r) const {
        if (host.is_unix_socket() || !net::is_plain_transport(config_)) return {};
        auto here = config_;
        here.hosts = {host};
        auto out = here.below_production();
        if (is_weak(r.method)) out.push_back("the server asks for the password by " + std::string{to_string(r.method)});
        if (r.weak_scram_iterations)
            out.push_back("the password is kept with " + std::to_string(r.scram_iterations) + " SCRAM iterations");
        return out;
    }

    static bool is_weak(wire::auth_method m) noexcept {
        return m == wire::auth_method::md5 || m == wire::auth_method::password;
    }

    void report_login(const endpoint& host, const wire::startup_result& r, std::chrono::nanoseconds took) {
        const auto version = r.parameters.find("server_version");
        const auto protocol =
            std::to_string(r.protocol_version >> 16) + '.' + std::to_string(r.protocol_version & 0xffffU);
        facts found{{"user", config_.username},
                    {"method", std::string{to_string(r.method)}},
                    {"channel_binding", r.channel_bound}};
        if (r.scram_iterations != 0) found.push_back({"scram_iterations", std::int64_t{r.scram_iterations}});
        found.push_back({"protocol", protocol});
        found.push_back({"server_version", version == r.parameters.end() ? std::string{} : version->second});
        found.push_back({"process_id", std::int64_t{r.process_id}});
        const bool in_production = config_.security_profile == security_profile::production;
        found.push_back({"security_profile", std::string{in_production ? "production" : "standard"}});
        if (auto objections = below_production(host, r); !objections.empty())
            found.push_back({"production_would_refuse", std::move(objections)});
        report_.add({.name = "authenticate", .took = took, .found = std::move(found)});
        if (r.weak_scram_iterations)
            report_.warn("SCRAM with " + std::to_string(r.scram_iterations) +
                         " iterations is weak: 4096 is the least that RFC 7677 wants");
        if (is_weak(r.method))
            report_.warn("the password method " + std::string{to_string(r.method)} + " is weak: use scram-sha-256");
    }

    const connection_config& config_;
    doctor_report& report_;
    core::dial_plan plan_;
};

}  // namespace

std::optional<connection_config> dial(const connection_config& config, doctor_report& report) {
    return doctors_dial{config, report}.run();
}

}  // namespace howdah::tools
