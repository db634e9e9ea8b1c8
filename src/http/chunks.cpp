#include "http/chunks.hpp"

#include <algorithm>

namespace securebase::http {
namespace {

constexpr std::size_t most_digits = 15;             // of a size: it cannot overflow
constexpr std::size_t most_extension_bytes = 1024;  // of all chunks together: nobody sends any

bool is_control(char c) {
  return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
}

std::optional<std::size_t> hex_digit(char c) {
  constexpr std::string_view digits = "0123456789abcdef";
  const auto at = digits.find(c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c);
  if (at == std::string_view::npos) return std::nullopt;
  return at;
}

}  // namespace

void ChunkDecoder::refuse(unsigned status, std::string code, std::string detail) {
  problem_ = Problem{status, std::move(code), std::move(detail), ""};
}

void ChunkDecoder::refuse_malformed() {
  refuse(400, "http.bad_chunk", "A chunk is its size in hexadecimal digits, CR LF, its bytes and CR LF.");
}

void ChunkDecoder::expect(char wanted, char c, State next) {
  if (c != wanted) return refuse_malformed();
  state_ = next;
}

void ChunkDecoder::step_size(char c) {
  const auto digit = hex_digit(c);
  if (digit) {
    if (++digits_ > most_digits) return refuse_malformed();
    left_ = left_ * 16 + *digit;
    return;
  }
  if (digits_ == 0 || (c != ';' && c != '\r')) return refuse_malformed();
  if (left_ > limits_->body_bytes - total_)
    return refuse(413, "http.body_too_large", "The body is larger than is taken.");
  total_ += left_;
  state_ = c == ';' ? State::extension : State::size_end;
}

void ChunkDecoder::step_extension(char c) {
  if (c == '\r' && !quoted_) {
    state_ = State::size_end;
    return;
  }
  if (is_control(c) || ++extension_bytes_ > most_extension_bytes) return refuse_malformed();
  if (c == '"' && !escaped_) quoted_ = !quoted_;
  escaped_ = quoted_ && c == '\\' && !escaped_;
}

void ChunkDecoder::step_trailer(char c) {
  if (++trailer_bytes_ > limits_->head_bytes)
    return refuse(431, "http.head_too_large", "The trailers are larger than is taken.");
  switch (state_) {
    case State::trailer:
      if (c == '\r') {
        state_ = State::end;
        return;
      }
      if (!is_token({&c, 1})) return refuse_malformed();
      state_ = State::trailer_name;
      return;
    case State::trailer_name:
      if (c == ':') {
        state_ = State::trailer_value;
      } else if (!is_token({&c, 1})) {
        refuse_malformed();
      }
      return;
    default:
      if (c == '\r') {
        state_ = State::trailer_end;
      } else if (is_control(c)) {
        refuse_malformed();
      }
  }
}

void ChunkDecoder::step(char c) {
  switch (state_) {
    case State::size:
      return step_size(c);
    case State::extension:
      return step_extension(c);
    case State::size_end:
      return expect('\n', c, left_ == 0 ? State::trailer : State::data);
    case State::data_return:
      return expect('\r', c, State::data_end);
    case State::data_end:
      digits_ = 0;
      return expect('\n', c, State::size);
    case State::trailer:
    case State::trailer_name:
    case State::trailer_value:
      return step_trailer(c);
    case State::trailer_end:
      return expect('\n', c, State::trailer);
    case State::end:
      return expect('\n', c, State::done);
    case State::data:
    case State::done:
      return;
  }
}

std::size_t ChunkDecoder::take(std::string_view bytes, std::string& body) {
  std::size_t used = 0;
  while (used < bytes.size() && !is_done() && !problem_) {
    if (state_ != State::data) {
      step(bytes[used++]);
      continue;
    }
    const std::size_t count = std::min(left_, bytes.size() - used);
    body += bytes.substr(used, count);
    used += count;
    left_ -= count;
    if (left_ == 0) state_ = State::data_return;
  }
  return used;
}

}  // namespace securebase::http
