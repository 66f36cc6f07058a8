#include "howdah/cluster/blocking_cluster.hpp"

#include "howdah/cluster/detail/blocking_core.hpp"
#include "howdah/cluster/detail/discovery_watch.hpp"

namespace howdah::blocking {
namespace {

using clustering::destination;

cluster_view view(detail::cluster_target t, const call_options& options) {
    t.options = options;
    return cluster_view{std::move(t)};
}

detail::cluster_target with_session(detail::cluster_target t, std::shared_ptr<clustering::session_state> s) {
    t.by.session = std::move(s);
    return t;
}

// The thread that looks for nodes waits so long for the calls at one that leaves.
constexpr std::chrono::milliseconds for_calls_there{2'000};

std::shared_ptr<clustering::discovery_watch> discover(const cluster_members& members, detail::cluster_core& core) {
    if (!members.discovers()) return nullptr;
    return std::make_shared<clustering::discovery_watch>(
        members, core,
        clustering::discovery_watch::shell{
            .add = [&core](const cluster_members::member& m) { core.add(m); },
            .remove = [&core](const std::string& name) { core.remove(name, for_calls_there); },
            .config_of =
                [](const clustering::node& n) { return static_cast<const detail::cluster_member&>(n).probing(); }});
}

}  // namespace

cluster_view cluster_view::with(const call_options& options) const { return view(target_, options); }
cluster_view cluster_session::with(const call_options& options) const { return view(target_, options); }

std::string cluster_session::token() const {
    const auto point = target_.by.session->point();
    return point ? target_.cluster->tokens().make(*point) : std::string{};
}

cluster::cluster(const cluster_members& members, const cluster_options& options, std::shared_ptr<observer> watcher)
    : core_{std::make_shared<detail::cluster_core>(members, options, std::move(watcher))},
      target_{.cluster = core_.get(), .by = {.how = members.routing_of(options.reads)}} {
    for (const auto& m : members.nodes()) core_->add(m);
    discovery_ = discover(members, *core_);
}

cluster::~cluster() {
    discovery_.reset();
    core_->stop();
}

cluster_view cluster::primary() const {
    auto t = target_;
    t.by.to = destination::primary;
    return cluster_view{std::move(t)};
}

cluster_view cluster::replica(const routing& how) const {
    auto t = target_;
    t.by.to = destination::replica;
    t.by.how = how;
    return cluster_view{std::move(t)};
}

cluster_view cluster::reading(const routing& how) const {
    auto t = target_;
    t.by.how = how;
    return cluster_view{std::move(t)};
}

cluster_view cluster::with(const call_options& options) const { return view(target_, options); }

cluster_session cluster::session() const {
    return cluster_session{with_session(target_, std::make_shared<clustering::session_state>())};
}

cluster_session cluster::session(std::string_view token) const {
    if (token.empty()) return session();
    return cluster_session{
        with_session(target_, std::make_shared<clustering::session_state>(core_->read_token(token)))};
}

transaction cluster::begin(const transaction_options& options, std::source_location where) {
    options.validate();
    detail::crossing c{target_, target_.by.kind_of(options), "a transaction"};
    return c.each([&] { return c.pool().begin(options, where); });
}

void cluster::add(const connection_config& host, node_options options) {
    cluster_members one;
    one.add(host, std::move(options));
    core_->add(one.nodes().front());
}

bool cluster::remove(std::string_view name, duration timeout) { return core_->remove(name, timeout); }
std::vector<node_status> cluster::status() const { return core_->status(); }
std::uint64_t cluster::reroutes() const { return core_->reroutes(); }

bool cluster::close(duration timeout) {
    if (discovery_ != nullptr) discovery_->stop();
    return core_->close(timeout);
}

}  // namespace howdah::blocking
