#include "howdah/cluster/cluster.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include "howdah/cluster/detail/cluster_core.hpp"
#include "howdah/cluster/detail/discovery_watch.hpp"

namespace howdah {
namespace {

namespace asio = boost::asio;
using clustering::cluster_core, clustering::cluster_target, clustering::destination;

std::shared_ptr<cluster_core> make_core(const std::vector<asio::any_io_executor>& on, const cluster_members& members,
                                        const cluster_options& options, std::shared_ptr<observer> watcher) {
    auto core = std::make_shared<cluster_core>(on, members, options, std::move(watcher));
    for (const auto& m : members.nodes()) core->add(m);
    return core;
}

void join(cluster_core& core, const cluster_members::member& m) {
    if (core.closed()) return;
    try {
        core.add(m);
    } catch (const error& e) {  // somebody else has added it, or closed the cluster meanwhile
        observe::tell(core.watcher().get(), warning_event{.what = e.what(), .host = m.config.hosts.front().host});
    }
}

awaitable<void> remove_from(std::shared_ptr<cluster_core> core, std::string name) {
    constexpr std::chrono::milliseconds for_calls_there{10'000};
    co_await core->remove(std::move(name), for_calls_there);
}

// The thread that looks for nodes leaves what is done to them to the cluster's executor.
std::shared_ptr<clustering::discovery_watch> discover(const cluster_members& members,
                                                      const std::shared_ptr<cluster_core>& core,
                                                      const asio::any_io_executor& on) {
    if (!members.discovers()) return nullptr;
    const std::weak_ptr<cluster_core> weak = core;
    return std::make_shared<clustering::discovery_watch>(
        members, *core,
        clustering::discovery_watch::shell{
            .add =
                [weak, on](const cluster_members::member& m) {
                    asio::post(on, [weak, m] {
                        const auto c = weak.lock();
                        if (c != nullptr) join(*c, m);
                    });
                },
            .remove =
                [weak, on](const std::string& name) {
                    if (auto c = weak.lock()) asio::co_spawn(on, remove_from(std::move(c), name), asio::detached);
                },
            .config_of = [](const clustering::node& n) { return static_cast<const clustering::member&>(n).probing; }});
}

awaitable<transaction> begin_on(cluster_target t, transaction_options options, std::source_location where) {
    clustering::crossing c{t, t.by.kind_of(options), "a transaction"};
    for (;;) {
        while (!c.found()) co_await c.wait();
        std::optional<error> failure;
        try {
            auto tx = co_await c.pool().begin(options, where);
            c.succeeded();
            co_return tx;
        } catch (const error& e) {
            failure.emplace(e);
        }
        c.failed(*failure);
    }
}

cluster_view view(cluster_target t, core::call_options options) {
    t.options = options;
    return cluster_view{std::move(t)};
}

}  // namespace

cluster_view cluster_view::with(core::call_options options) const { return view(target_, options); }
cluster_view cluster_session::with(core::call_options options) const { return view(target_, options); }

std::string cluster_session::token() const {
    const auto point = target_.by.session->point();
    return point ? target_.cluster->tokens().make(*point) : std::string{};
}

cluster::cluster(asio::any_io_executor on, const cluster_members& members, const cluster_options& options,
                 std::shared_ptr<observer> watcher)
    : cluster{std::vector<asio::any_io_executor>{std::move(on)}, members, options, std::move(watcher)} {}

cluster::cluster(const std::vector<asio::any_io_executor>& on, const cluster_members& members,
                 const cluster_options& options, std::shared_ptr<observer> watcher)
    : target_{.cluster = make_core(on, members, options, std::move(watcher)),
              .by = {.how = members.routing_of(options.reads)}},
      discovery_{discover(members, target_.cluster, on.front())} {}

cluster::~cluster() {
    discovery_.reset();
    if (target_.cluster != nullptr) target_.cluster->abort();
}

cluster_view cluster::primary() const {
    auto t = target_;
    t.by.to = destination::primary;
    return cluster_view{std::move(t)};
}

cluster_view cluster::replica(routing how) const {
    auto t = target_;
    t.by.to = destination::replica;
    t.by.how = how;
    return cluster_view{std::move(t)};
}

cluster_view cluster::reading(routing how) const {
    auto t = target_;
    t.by.how = how;
    return cluster_view{std::move(t)};
}

cluster_view cluster::with(core::call_options options) const { return view(target_, options); }

cluster_session cluster::session() const {
    auto t = target_;
    t.by.session = std::make_shared<clustering::session_state>();
    return cluster_session{std::move(t)};
}

cluster_session cluster::session(std::string_view token) const {
    if (token.empty()) return session();
    auto t = target_;
    t.by.session = std::make_shared<clustering::session_state>(target_.cluster->read_token(token));
    return cluster_session{std::move(t)};
}

awaitable<transaction> cluster::begin(transaction_options options, std::source_location where) {
    options.validate();
    return begin_on(target_, options, where);
}

void cluster::add(const connection_config& host, node_options options) {
    cluster_members one;
    one.add(host, std::move(options));
    target_.cluster->add(one.nodes().front());
}

awaitable<bool> cluster::remove(std::string name, std::chrono::milliseconds timeout) {
    return target_.cluster->remove(std::move(name), timeout);
}

std::vector<node_status> cluster::status() const { return target_.cluster->status(); }
std::uint64_t cluster::reroutes() const { return target_.cluster->reroutes(); }

awaitable<void> cluster::close(std::chrono::milliseconds timeout) {
    if (discovery_ != nullptr) discovery_->stop();
    return target_.cluster->close(timeout);
}

}  // namespace howdah
