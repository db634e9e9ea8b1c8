#pragma once
// From bytes to a Request. Private to the room (Beast's parser is in it).
//
// The head is looked at as it comes, byte by byte, for what no head may hold, and given to Beast's parser
// only when it is whole. Bodies are read here: Beast's parser never sees one. What Beast lets pass and we do
// not: a transfer coding other than chunked, the same Content-Length twice, folded lines, several Host
// headers.

#include <boost/beast/http/basic_parser.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/chunks.hpp"
#include "http/policy.hpp"

namespace securebase::http {

/// Finds the end of a head.
class HeadScanner {
 public:
  explicit HeadScanner(const Limits& limits) : limits_(limits) {}

  enum class State { more, whole, refused };
  /// `bytes` is all that has come so far.
  State scan(std::string_view bytes);
  /// Of a whole head, with the empty line at its end.
  [[nodiscard]] std::size_t size() const { return scanned_; }
  /// Of a refused one.
  [[nodiscard]] const Problem& problem() const { return problem_; }

 private:
  State refuse(unsigned status, std::string code, std::string detail);
  /// One byte; nothing: go on.
  std::optional<State> take(char c, char before);

  const Limits& limits_;
  std::size_t scanned_ = 0;
  std::size_t lines_ = 0;
  std::size_t line_bytes_ = 0;
  Problem problem_;
};

/// One request. `method`, `target` and `fields` are as they came, `body` grows.
class RequestParser final : public boost::beast::http::basic_parser<true> {
 public:
  explicit RequestParser(const Limits& limits);

  /// A whole head. Nothing where all is well.
  [[nodiscard]] std::optional<Problem> take_head(std::string_view head);
  /// Takes what it can of the body and says how much that was.
  [[nodiscard]] std::size_t take_body(std::string_view bytes, std::optional<Problem>& problem);
  /// Whether head and body are whole.
  [[nodiscard]] bool is_whole() const;

  std::string method;
  std::string target;
  Fields fields;
  std::string body;
  int version = 11;  ///< 10 or 11

 private:
  using Text = boost::beast::string_view;
  using Failure = boost::beast::error_code;
  void on_request_impl(boost::beast::http::verb verb, Text name, Text path, int number,
                       Failure& failure) override;
  void on_response_impl(int status, Text words, int number, Failure& failure) override;
  void on_field_impl(boost::beast::http::field field, Text name, Text value, Failure& failure) override;
  void on_header_impl(Failure& failure) override;
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, Failure& failure) override;
  std::size_t on_body_impl(Text bytes, Failure& failure) override;
  void on_chunk_header_impl(std::uint64_t size, Text extensions, Failure& failure) override;
  std::size_t on_chunk_body_impl(std::uint64_t left, Text bytes, Failure& failure) override;
  void on_finish_impl(Failure& failure) override;

  std::size_t body_left_ = 0;  ///< where Content-Length said how long it is
  ChunkDecoder chunks_;        ///< where it is chunked
};

/// Fills method, path, query, headers, remote and tls of `request` (whose remote and tls are those of the
/// connection) and asks the policy. Nothing where all is well.
[[nodiscard]] std::optional<Problem> judge(const RequestParser& parser, const Policy& policy,
                                           Request& request);

}  // namespace securebase::http
