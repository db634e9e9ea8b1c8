// Boost.Asio and Beast are compiled here, once; the other files of the room see declarations only.

#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
