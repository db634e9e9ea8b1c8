#pragma once
// The chunked transfer coding (RFC 9112, 7.1) taken apart byte by byte. Our own because Beast's, given "0 CR
// LF LF" in two reads, ends the program by an assertion. Extensions and trailers are checked and thrown away.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/listener.hpp"

namespace securebase::http {

class ChunkDecoder {
 public:
  explicit ChunkDecoder(const Limits& limits) : limits_(&limits) {}

  /// Appends to `body` what the bytes hold of it and says how many it used: all of them, unless the end or a
  /// fault was among them.
  std::size_t take(std::string_view bytes, std::string& body);
  [[nodiscard]] bool is_done() const { return state_ == State::done; }
  [[nodiscard]] const std::optional<Problem>& problem() const { return problem_; }

 private:
  enum class State {
    size,
    extension,
    size_end,
    data,
    data_return,
    data_end,
    trailer,
    trailer_name,
    trailer_value,
    trailer_end,
    end,
    done
  };
  /// One byte that is not of the body.
  void step(char c);
  void step_size(char c);
  void step_extension(char c);
  void step_trailer(char c);
  void expect(char wanted, char c, State next);
  void refuse(unsigned status, std::string code, std::string detail);
  void refuse_malformed();

  const Limits* limits_;
  State state_ = State::size;
  std::size_t left_ = 0;    ///< of this chunk
  std::size_t digits_ = 0;  ///< of its size
  std::size_t total_ = 0;   ///< of the chunks so far
  std::size_t extension_bytes_ = 0;
  std::size_t trailer_bytes_ = 0;
  bool quoted_ = false;
  bool escaped_ = false;
  std::optional<Problem> problem_;
};

}  // namespace securebase::http
