#pragma once

#include <boost/asio/awaitable.hpp>

namespace howdah {

/// What every asynchronous call gives: it does its work when it is awaited.
template <class T>
using awaitable = boost::asio::awaitable<T>;

}  // namespace howdah
