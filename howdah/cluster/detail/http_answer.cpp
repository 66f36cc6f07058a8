#include "howdah/cluster/detail/http_answer.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "howdah/base/error.hpp"

namespace howdah::clustering {
namespace {

namespace http = boost::beast::http;

// What a server says, short and printable.
std::string beginning_of(std::string_view said) {
    constexpr std::size_t enough = 80;
    std::string out{said.substr(0, enough)};
    std::ranges::replace_if(out, [](char c) { return c < ' ' || c > '~'; }, '.');
    return "\"" + out + (said.size() > enough ? "...\"" : "\"");
}

}  // namespace

struct http_answer::state {
    std::string heard;  // that the parser has not taken yet
    http::response_parser<http::string_body> parser;

    void check(const boost::system::error_code& failure) const {
        if (!failure || failure == http::error::need_more) return;
        if (failure == http::error::body_limit)
            throw error{errc::message_too_large,
                        "it answers more than " + std::to_string(largest_http_answer) + " bytes"};
        throw error{errc::protocol_violation, failure.message() + ": " + beginning_of(heard)};
    }
};

std::string http_request(const endpoint& to, std::string_view path, std::string_view authorization) {
    auto out = "GET " + std::string{path} + " HTTP/1.0\r\nHost: " + to.to_string() +
               "\r\nAccept: application/json\r\nConnection: close\r\n";
    if (!authorization.empty()) out.append("Authorization: ").append(authorization).append("\r\n");
    return out += "\r\n";
}

http_answer::http_answer() : state_{std::make_unique<state>()} {
    state_->parser.eager(true);
    state_->parser.body_limit(largest_http_answer);
}
http_answer::~http_answer() = default;

void http_answer::feed(std::string_view part) {
    auto& heard = state_->heard;
    heard += part;
    boost::system::error_code failure;
    while (!heard.empty() && !failure && !done())
        heard.erase(0, state_->parser.put(boost::asio::buffer(heard), failure));
    state_->check(failure);
}

void http_answer::end() {
    boost::system::error_code failure = http::error::end_of_stream;  // if nothing at all was said
    if (state_->parser.got_some()) state_->parser.put_eof(failure);
    state_->check(failure);
}

bool http_answer::done() const noexcept { return state_->parser.is_done(); }

const std::string& http_answer::body() const {
    const auto& answer = state_->parser.get();
    if (answer.result() != http::status::ok)
        throw error{errc::protocol_violation,
                    "it answers " + std::to_string(answer.result_int()) + ", not 200: " + beginning_of(answer.body())};
    return answer.body();
}

}  // namespace howdah::clustering
