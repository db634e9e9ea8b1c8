#include "http/chunks.hpp"

#include <gtest/gtest.h>

namespace securebase::http {
namespace SECUREBASE_THIS_FILE {

TEST(ChunkDecoder, TakesABodyApartByteByByte) {
  const Limits limits;
  const std::string coded =
      "5;a=\"b;\\\"\"\r\nhello\r\n00A\r\n, 世界!\r\r\n0;last\r\nX-Trailer: y\r\n\r\nGET";
  ChunkDecoder decoder(limits);
  std::string body;
  std::size_t used = 0;
  while (!decoder.is_done() && used < coded.size())
    used += decoder.take(std::string_view(coded).substr(used, 1), body);
  EXPECT_EQ(body, "hello, 世界!\r");
  EXPECT_EQ(coded.substr(used), "GET");
  EXPECT_FALSE(decoder.problem());
}

TEST(ChunkDecoder, CountsTheWholeBody) {
  Limits limits;
  limits.body_bytes = 6;
  for (const auto& [coded, status] : {std::pair("3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n", 0U),
                                      {"3\r\nabc\r\n4\r\n", 413U},
                                      {"7\r\n", 413U},
                                      {"fffffffffffffff\r\n", 413U},
                                      {"0fffffffffffffff\r\n", 400U}}) {
    ChunkDecoder decoder(limits);
    std::string body;
    static_cast<void>(decoder.take(coded, body));
    EXPECT_EQ(decoder.problem() ? decoder.problem()->status : 0U, status) << coded;
    EXPECT_EQ(decoder.is_done(), status == 0) << coded;
  }
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::http
