#include "wire/node.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>

#include "node_generator.hpp"

namespace securebase::wire {
namespace SECUREBASE_THIS_FILE {

Error fault_of(std::string_view bytes) {
  const auto node = parse_json(bytes);
  EXPECT_FALSE(node) << bytes;
  return node ? Error{} : node.error();
}

TEST(Json, ReadsEveryKind) {
  const auto node = parse_json(
      R"( {"none": null, "truth": true, "whole": -3, "part": 2.5, "text": "caf\u00e9 \ud83d\ude00", "list": [1, []]} )");
  ASSERT_TRUE(node) << to_text(node.error());
  EXPECT_TRUE(node->find("none")->is_null());
  EXPECT_TRUE(*node->find("truth")->as<bool>());
  EXPECT_EQ(*node->find("whole")->as<std::int64_t>(), -3);
  EXPECT_EQ(*node->find("part")->as<double>(), 2.5);
  EXPECT_EQ(node->find("text")->as<Private<std::string>>()->reveal(), "café 😀");
  EXPECT_EQ(node->find("list")->as<Node::Array>()->size(), 2U);
  EXPECT_EQ(node->find("nothing"), nullptr);
  EXPECT_EQ(node->find("list")->find("x"), nullptr);
}

TEST(Json, KeepsTheOrderOfMembers) {
  EXPECT_EQ(to_json(*parse_json(R"({"b":1,"a":{"z":[],"y":{}}})")), R"({"b":1,"a":{"z":[],"y":{}}})");
}

TEST(Json, TellsWhereAFaultIs) {
  const Error fault = fault_of("{\"a\": 1,\n  \"b\": tru}");
  EXPECT_EQ(fault.code, "json.malformed");
  EXPECT_EQ(fault.kind, ErrorKind::usage);
  EXPECT_EQ(fault.where.line, 2U);
  EXPECT_EQ(fault.where.column, 11U);
}

TEST(Json, RefusesWhatIsNotStrict) {
  for (const std::string_view bytes :
       {"",         " ",         "{",      "[",    "[1,]",    "{\"a\":1,}", "{a:1}",          "'a'",
        "01",       "+1",        ".5",     "1.",   "1e",      "--1",        "0x10",           "NaN",
        "Infinity", "-Infinity", "nul",    "True", "1 2",     "[] []",      "// x\n1",        "/* x */ 1",
        "[1 2]",    "{\"a\" 1}", "\"\t\"", "\"a",  "\"\\x\"", "\"\\u12\"",  "\xEF\xBB\xBF{}", "]",
        "}",        "{1:2}",     "[,1]"})
    EXPECT_EQ(fault_of(bytes).code, "json.malformed") << bytes;
}

TEST(Json, RefusesANameTwice) {
  EXPECT_EQ(fault_of(R"({"a":1,"b":2,"a":3})").detail, "expected: an object that names each member once");
  EXPECT_EQ(fault_of(R"([{"a":{"x":1,"\u0078":2}}])").detail,
            "expected: an object that names each member once");
  EXPECT_TRUE(parse_json(R"({"a":{"a":1},"b":{"a":1}})"));
}

TEST(Json, RefusesHostileText) {
  for (const std::string_view bytes :
       {R"("\ud800")", R"("\udc00")", R"("\ud800\ud800")", R"("\ud83dx")", R"("\u0000")", R"({"\u0000":1})",
        "\"\xC0\x80\"", "\"\xED\xA0\x80\"", "\"\xF5\x80\x80\x80\"", "\"\xFF\"", "\"\xE2\x82\""})
    EXPECT_EQ(fault_of(bytes).code, "json.malformed") << bytes;
  EXPECT_EQ(fault_of(std::string_view("\"a\0b\"", 5)).code, "json.malformed");
  EXPECT_EQ(fault_of(std::string_view("{}\0", 3)).code, "json.malformed");
}

TEST(Json, RefusesWhatIsTooDeep) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_TRUE(parse_json(nested(most_json_depth)));
  const Error fault = fault_of(nested(most_json_depth + 1));
  EXPECT_EQ(fault.detail, "expected: arrays and objects within each other 32 deep at most");
  EXPECT_EQ(fault.where.column, most_json_depth + 1);
  EXPECT_EQ(fault_of(std::string(1'000'000, '[')).code, "json.malformed");
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += R"({"a":)";
  EXPECT_EQ(fault_of(objects).code, "json.malformed");
}

TEST(Json, RefusesNumbersThatAreNone) {
  EXPECT_EQ(fault_of("1e999").detail, "expected: a number that a double can hold");
  EXPECT_EQ(fault_of("-1" + std::string(400, '0')).code, "json.malformed");
  EXPECT_EQ(*parse_json("9223372036854775807")->as<std::int64_t>(), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(*parse_json("-9223372036854775808")->as<std::int64_t>(),
            std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(*parse_json("9223372036854775808")->as<double>(), 9223372036854775808.0);
  EXPECT_EQ(*parse_json("-9223372036854775809")->as<double>(), -9223372036854775808.0);
  EXPECT_EQ(*parse_json("1e-999")->as<double>(), 0);
  EXPECT_EQ(*parse_json("1.0")->as<double>(), 1.0);
}

TEST(Json, TakesManyMembersWithoutLongThought) {
  std::string bytes = "{";
  for (int i = 0; i < 100'000; ++i) bytes += "\"" + std::to_string(i) + "\":0,";
  EXPECT_TRUE(parse_json(bytes + "\"last\":0}", SIZE_MAX));
  EXPECT_FALSE(parse_json(bytes + "\"0\":0}", SIZE_MAX));
}

TEST(Json, TakesAsManyValuesAsItIsTold) {
  std::string bytes = "[[]";
  for (std::size_t i = 3; i < most_json_values; ++i) bytes += ",[]";
  EXPECT_TRUE(parse_json(bytes + ",0]"));
  const auto refused = parse_json(bytes + ",0,0]");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "json.malformed");
}

TEST(Json, NeverQuotesWhatItRead) {
  for (const char* bytes :
       {R"({"secret": "secret)", R"({"secret":1,"secret":2})", "secret", R"(["secret", nul])"}) {
    const Error fault = fault_of(bytes);
    EXPECT_EQ(to_text(fault).find("secret"), std::string::npos) << to_text(fault);
  }
}

TEST(Json, WritesWhatCanBeRead) {
  EXPECT_EQ(to_json("a\"b\\c\nd\te"), R"("a\"b\\c\nd\te")");
  EXPECT_EQ(to_json("a\x01\x7f"), "\"a\\u0001\x7f\"");
  EXPECT_EQ(to_json("\xFFz"), "\"\xEF\xBF\xBDz\"");
  EXPECT_EQ(to_json(std::nan("")), "null");
  EXPECT_EQ(to_json(1.0), "1.0");
  EXPECT_EQ(to_json(0.1), "0.1");
  EXPECT_EQ(to_json(1e300), "1e+300");
  EXPECT_EQ(to_json(Node()), "null");
}

RC_GTEST_PROP(JsonProperty, ReadsWhatItWrote, ()) {
  const Node node = *any_node(3);
  const auto again = parse_json(to_json(node));
  RC_ASSERT(again.has_value());
  RC_ASSERT(*again == node);
}

RC_GTEST_PROP(JsonProperty, TakesAnyBytesCalmly, (std::string bytes)) {
  const auto node = parse_json(bytes);
  if (node) {
    RC_ASSERT(*parse_json(to_json(*node)) == *node);
  } else {
    RC_ASSERT(node.error().code == "json.malformed" && node.error().where.line >= 1);
  }
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::wire
