// The login went well, and then the server says what the protocol does not allow.
#include <fstream>

#include "backend_words.hpp"
#include "fault_driver.hpp"
#include "hostile_server.hpp"

namespace howdah::test {
namespace {

using backend::bound, backend::command_complete, backend::data_row, backend::message, backend::no_parameters,
    backend::parsed, backend::ready, backend::row_description;

/// The address space that this process has ever had, in KiB: what was allocated counts, touched or not.
std::size_t peak_address_space() {
    std::ifstream status{"/proc/self/status"};
    for (std::string word; status >> word;)
        if (word == "VmPeak:") {
            std::size_t size = 0;
            status >> size;
            return size;
        }
    throw std::runtime_error{"no VmPeak"};
}

/// Lets the client in, answers each request with the next of `answers`, then closes.
hostile_server::script session(std::vector<std::string> answers) {
    return [answers = std::move(answers)](conversation& c) {
        c.hear_startup();
        c.say(backend::welcome());
        for (const auto& a : answers) {
            c.hear_request();
            c.say(a);
        }
    };
}

template <class D>
class hostile_session : public ::testing::Test {
protected:
    using connection = typename D::connection;
    D driver;

    void SetUp() override {
        const hostile_server honest{
            session({described(), bound + data_row({"7"}) + command_complete("SELECT 1") + ready()})};
        auto db = driver.connect(hostile_dsn(honest.port()));
        const auto r = driver.call(db.query("select 7 as n"));
        ASSERT_EQ(r.size(), 1u) << "the tests' own words are wrong";
    }
    /// The answer to a first exchange, in which the client asks for the columns.
    static std::string described() { return parsed + no_parameters + row_description({"n"}) + ready(); }

    bool open_after_failure = false;

    /// What becomes of `call` on a connection to a server that answers so and then closes. It fails in time.
    template <class F>
    error failure(std::vector<std::string> answers, F&& call) {
        const hostile_server server{session(std::move(answers))};
        std::optional<error> e;
        in_time([&] {
            auto db = driver.connect(hostile_dsn(server.port()));
            e = error_of([&] { call(db); });
            open_after_failure = db.open();
            const auto next = error_of([&] { driver.call(db.query("select 1")); });
            ASSERT_TRUE(next);
            EXPECT_FALSE(db.open());
            if (!open_after_failure) {
                EXPECT_EQ(next->fate(), fate::not_sent);
            }
        });
        if (!e) throw std::runtime_error{"the call succeeded"};
        return *e;
    }
    error query_failure(std::vector<std::string> answers) {
        return failure(std::move(answers), [&](connection& db) { driver.call(db.query("select 7 as n")); });
    }
    /// `answer` is what comes for the columns, or else for Bind and Execute.
    error query_failure_describing(const std::string& answer) { return query_failure({answer}); }
    error query_failure_executing(const std::string& answer) { return query_failure({described(), answer}); }
    void expect_violation(const error& e, const char* what) {
        expect_no_success(e, what);
        EXPECT_FALSE(open_after_failure) << what;
    }
    /// The connection may stay: both sides know where they are.
    static void expect_no_success(const error& e, const char* what) {
        SCOPED_TRACE(what);
        EXPECT_EQ(e.code(), errc::protocol_violation) << e.what();
        EXPECT_EQ(e.fate(), fate::unknown);
    }
};
TYPED_TEST_SUITE(hostile_session, both_drivers);

TYPED_TEST(hostile_session, messages_out_of_order_close_the_connection) {
    const auto end = command_complete("SELECT 1") + ready();
    const auto columns = row_description({"n"});
    const auto describing = [&](const std::string& answer, const char* what) {
        this->expect_violation(this->query_failure_describing(answer), what);
    };
    describing(parsed + no_parameters + data_row({"7"}) + end, "a row without a description");
    describing(data_row({"7"}), "a row first");
    describing(parsed + command_complete("SELECT 1"), "an end before a description");
    const auto executing = [&](const std::string& answer, const char* what) {
        this->expect_violation(this->query_failure_executing(answer), what);
    };
    executing(bound + columns + data_row({"7"}) + end, "a second description");
    executing(bound + backend::welcome(), "a second login");
    executing(bound + message('W', std::string(3, '\0')), "a COPY of both directions");
    executing(bound + message('!'), "an unknown message");
    executing(bound + command_complete("SELECT 0") + data_row({"7"}) + ready(), "a row behind the end");
}

TYPED_TEST(hostile_session, an_answer_without_its_end_is_no_success) {
    this->expect_no_success(this->query_failure_describing(ready()), "no description");
    this->expect_no_success(this->query_failure_describing(parsed + no_parameters + ready()), "no RowDescription");
    this->expect_no_success(this->query_failure_executing(ready()), "nothing but ReadyForQuery");
    this->expect_no_success(this->query_failure_executing(bound + data_row({"7"}) + ready()), "no CommandComplete");
    for (const auto& answer : {ready(), this->described(),
                               parsed + no_parameters + row_description({"n"}) + bound + data_row({"7"}) + ready()}) {
        const auto fetching =
            this->failure({answer}, [&](auto& db) { this->driver.call(db.template fetch_one<int>("select 7 as n")); });
        this->expect_no_success(fetching, "fetch_one");
        const auto in_pipeline = this->failure({answer}, [&](auto& db) {
            pipeline p;
            p.template fetch_one<int>("select 7 as n");
            this->driver.run(db, p);
        });
        this->expect_no_success(in_pipeline, "a pipeline");
    }
}

TYPED_TEST(hostile_session, a_commit_without_its_end_is_no_success) {
    const std::vector answers{parsed + bound + command_complete("BEGIN") + parsed + no_parameters + message('n') +
                                  bound + command_complete("INSERT 0 1") + ready('T'),
                              ready()};
    const auto e = this->failure(answers, [&](auto& db) {
        auto tx = this->driver.call(db.begin());
        this->driver.call(tx.execute("insert into t values (1)"));
        this->driver.commit(tx);
    });
    EXPECT_EQ(e.fate(), fate::commit_unknown) << e.what();
}

TYPED_TEST(hostile_session, rows_of_another_width_than_described_close_the_connection) {
    for (const auto& row : {data_row({}), data_row({"7", "8"}), data_row(std::vector<std::string>(300, "x"))}) {
        const auto answer = bound + row + command_complete("SELECT 1") + ready();
        this->expect_violation(this->query_failure_executing(answer), "query");
        // fetch_one<int> knows its columns: it asks for everything at once.
        const auto at_once = parsed + no_parameters + row_description({"n"}) + answer;
        const auto fetching =
            this->failure({at_once}, [&](auto& db) { this->driver.call(db.template fetch_one<int>("select 7 as n")); });
        this->expect_violation(fetching, "fetch_one");
    }
}

TYPED_TEST(hostile_session, malformed_messages_close_the_connection) {
    const auto one = backend::numbers(std::uint16_t{1}), far_too_many = backend::numbers(std::uint16_t{0xffff});
    for (const auto& wrong : {message('D', one + backend::numbers(std::uint32_t{1000}) + "7"),
                              message('D', one + backend::numbers(std::uint32_t{0xfffffffe})), message('D'),
                              message('C', "no NUL"), message('E', "no NUL"), message('Z', "?"), message('Z')})
        this->expect_violation(this->query_failure_executing(bound + wrong + command_complete("SELECT 1") + ready()),
                               "executing");
    for (const auto& wrong :
         {message('t', far_too_many), no_parameters + message('T', far_too_many), no_parameters + message('T')})
        (void)this->query_failure_describing(parsed + wrong + ready());
}

TYPED_TEST(hostile_session, frames_of_impossible_lengths_close_the_connection_and_take_no_memory) {
    constexpr std::size_t allowed_growth = 256 << 10;  // KiB: threads have stacks and arenas too
    const auto before = peak_address_space();
    for (const auto tag : {'D', 'T', 'E'}) {
        for (const auto length : {0u, 3u})
            this->expect_violation(this->query_failure_executing(bound + backend::header(tag, length)), "too short");
        for (const auto length : {0x40000001u, 0x7fffffffu, 0x80000000u, 0xffffffffu}) {
            const auto e = this->query_failure_executing(bound + backend::header(tag, length));
            EXPECT_EQ(e.code(), errc::message_too_large) << tag << length << ": " << e.what();
        }
        // Just below the limit, announced and never sent.
        const auto e =
            this->query_failure_executing(bound + backend::header(tag, 0x3fffffff) + std::string(1 << 20, 'x'));
        EXPECT_EQ(e.fate(), fate::unknown);
    }
    EXPECT_LT(peak_address_space() - before, allowed_growth);
}

TYPED_TEST(hostile_session, one_that_changes_the_encoding_is_left) {
    const auto e = this->query_failure_executing(backend::parameter_status("client_encoding", "LATIN1") + bound +
                                                 data_row({"7"}) + command_complete("SELECT 1") + ready());
    EXPECT_EQ(e.code(), errc::encoding_changed) << e.what();
}

TYPED_TEST(hostile_session, one_that_closes_in_the_middle_of_an_answer_leaves_its_fate_unknown) {
    const auto all = bound + data_row({"7"}) + command_complete("SELECT 1");
    for (std::size_t said = 0; said < all.size(); ++said) {
        const auto e = this->query_failure_executing(all.substr(0, said));
        EXPECT_EQ(e.code(), errc::connection_closed) << said << ": " << e.what();
        EXPECT_EQ(e.fate(), fate::unknown);
    }
}

}  // namespace
}  // namespace howdah::test
