#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "howdah/base/secret_string.hpp"
#include "howdah/ops/dashboard.hpp"

namespace howdah {

/// What a status server shows.
struct status_content {
    std::shared_ptr<const dashboard> board;  // never null
    std::function<std::string()> metrics{};  // Prometheus's text format; null: there is no /metrics
};

namespace ops {

/// Of a request, what an answer depends on. All of it is hostile.
struct status_request {
    std::string_view method, target;  // "GET", "/status.json?x=1"
    std::string_view host, authorization, cookie;
};

struct status_answer {
    unsigned status = 200;
    std::string type = "text/plain; charset=utf-8";
    std::string body{};
    std::vector<std::pair<std::string, std::string>> headers{};
    bool stranger = false;  // it was refused for want of a token
};

/// The pages of a status server, without the server. For any thread.
///
///     /             the page, which reads /status.json every second
///     /status.json  the dashboard
///     /metrics      Prometheus
///     /health       200: the process lives; for everybody
///     /ready        200 or 503; for everybody, and with the token it says why
///
/// Where there is a token the others need it: as `Authorization: Bearer TOKEN`, or once as `/?token=TOKEN`, which
/// leaves a cookie. Where there is none, requests must name this machine as their host: a page of somebody else's that is open in
/// a browser here could ask for another name, and have it resolved to this machine (DNS rebinding).
class status_pages {
public:
    status_pages(status_content content, secret_string token);

    status_answer answer(const status_request& r) const;
    /// Whether it may see what is not for everybody.
    bool knows_token(const status_request& r) const;

private:
    status_answer ready(bool why) const;
    status_answer metrics() const;

    status_content content_;
    secret_string token_;  // empty: none is needed
};

}  // namespace ops
}  // namespace howdah
