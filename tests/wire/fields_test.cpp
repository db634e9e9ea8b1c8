#include "wire/fields.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <stdexcept>

#include "node_generator.hpp"
#include "service/course.hpp"
#include "service/measure.hpp"
#include "service/sign_in.hpp"

namespace securebase::wire {
namespace {

using service::Field;
using testing::HasSubstr;
using testing::Not;

struct Thing;
enum class Colour { red, dark_green };

struct Leaf {
  std::string text;
  std::optional<Colour> colour;

  static constexpr auto fields(const auto& use) {
    return use(Field{"text", &Leaf::text}, Field{"colour", &Leaf::colour});
  }
};

struct Tree {
  Id<Thing> id;
  bool truth = true;
  int small = 7;
  std::int64_t whole = 0;
  double part = 0.5;
  Colour colour = Colour::dark_green;
  Instant at;
  Date day;
  Private<std::string> words;
  std::optional<Private<std::string>> more;
  std::vector<Leaf> leaves;
  std::optional<Leaf> best;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &Tree::id}, Field{"truth", &Tree::truth}, Field{"small", &Tree::small},
               Field{"whole", &Tree::whole}, Field{"part", &Tree::part}, Field{"colour", &Tree::colour},
               Field{"at", &Tree::at}, Field{"day", &Tree::day}, Field{"words", &Tree::words},
               Field{"more", &Tree::more}, Field{"leaves", &Tree::leaves}, Field{"best", &Tree::best});
  }
};

constexpr const char* full =
    R"({"id":"0123456789abcdef0123456789abcdef","truth":false,"small":-1,"whole":9007199254740993,"part":2,)"
    R"("colour":"red","at":"2026-11-25T10:42:00.123Z","day":"2026-11-25","words":"w","more":"m",)"
    R"("leaves":[{"text":"a","colour":null},{"text":"b","colour":"red"}],"best":{"text":"c"}})";

template <class T>
Result<T> read(std::string_view json) {
  const auto node = parse_json(json);
  EXPECT_TRUE(node) << json;
  return from_node<T>(*node);
}

template <class T>
Error fault_of(std::string_view json) {
  const auto value = read<T>(json);
  EXPECT_FALSE(value) << json;
  return value ? Error{} : value.error();
}

}  // namespace
}  // namespace securebase::wire

template <>
inline constexpr std::array securebase::service::names_of<securebase::wire::Colour> = {
    std::string_view("red"), std::string_view("dark_green")};

namespace securebase::wire {
namespace {

TEST(Fields, ReadsEveryType) {
  const auto tree = read<Tree>(full);
  ASSERT_TRUE(tree) << to_text(tree.error());
  EXPECT_EQ(tree->id.text(), "0123456789abcdef0123456789abcdef");
  EXPECT_FALSE(tree->truth);
  EXPECT_EQ(tree->small, -1);
  EXPECT_EQ(tree->whole, 9007199254740993);
  EXPECT_EQ(tree->part, 2);
  EXPECT_EQ(tree->colour, Colour::red);
  EXPECT_EQ(to_text(tree->at), "2026-11-25T10:42:00.123Z");
  EXPECT_EQ(tree->day, (Date{2026, 11, 25}));
  EXPECT_EQ(tree->words.reveal(), "w");
  EXPECT_EQ(tree->more->reveal(), "m");
  ASSERT_EQ(tree->leaves.size(), 2U);
  EXPECT_FALSE(tree->leaves[0].colour);
  EXPECT_EQ(tree->leaves[1].colour, Colour::red);
  EXPECT_EQ(tree->best->text, "c");
}

TEST(Fields, WritesEveryMember) {
  const auto tree = read<Tree>(full);
  EXPECT_EQ(
      to_json(to_node(*tree)),
      R"({"id":"0123456789abcdef0123456789abcdef","truth":false,"small":-1,"whole":9007199254740993,"part":2.0,)"
      R"("colour":"red","at":"2026-11-25T10:42:00.123Z","day":"2026-11-25","words":"w","more":"m",)"
      R"("leaves":[{"text":"a","colour":null},{"text":"b","colour":"red"}],"best":{"text":"c","colour":null}})");
}

TEST(Fields, LeavesWhatMayBeLeftOutAtWhatTheStructSays) {
  const auto tree = read<Tree>(
      R"({"id":"0123456789abcdef0123456789abcdef","at":"2026-11-25T10:42:00.123Z","day":"2026-11-25","words":"",)"
      R"("colour":"red","leaves":[]})");
  ASSERT_TRUE(tree) << to_text(tree.error());
  EXPECT_TRUE(tree->truth);
  EXPECT_EQ(tree->small, 7);
  EXPECT_EQ(tree->part, 0.5);
  EXPECT_FALSE(tree->more);
  EXPECT_FALSE(tree->best);
}

TEST(Fields, SaysWhatMustBeThere) {
  for (const char* name : {"id", "colour", "at", "day", "words", "leaves"}) {
    auto node = *parse_json(full);
    std::erase_if(std::get<Node::Object>(node.value),
                  [&](const Member& member) { return member.name == name; });
    const auto tree = from_node<Tree>(node);
    ASSERT_FALSE(tree) << name;
    EXPECT_EQ(tree.error().code, "json.field");
    EXPECT_EQ(tree.error().where.field, name);
    EXPECT_EQ(tree.error().detail,
              std::string("expected: this must be there") +
                  (name == std::string_view("colour") ? ", one of: red, dark_green" : ""));
  }
}

TEST(Fields, SaysWhereAndWhatWouldBeValid) {
  const auto check = [](std::string_view from, std::string_view to, std::string_view field,
                        std::string_view detail) {
    std::string json = full;
    json.replace(json.find(from), from.size(), to);
    const Error fault = fault_of<Tree>(json);
    EXPECT_EQ(fault.code, "json.field") << to;
    EXPECT_EQ(fault.kind, ErrorKind::bad_data);
    EXPECT_EQ(fault.where.field, field);
    EXPECT_EQ(fault.detail, detail);
  };
  check(R"("colour":"red"}])", R"("colour":"blue"}])", "leaves[2].colour",
        "expected: one of: red, dark_green");
  check(R"("colour":"red","at")", R"("colour":0,"at")", "colour", "expected: one of: red, dark_green");
  check(R"("text":"c")", R"("text":null)", "best.text", "expected: a text");
  check(R"("small":-1)", R"("small":1.0)", "small", "expected: a whole number");
  check(R"("small":-1)", R"("small":2147483648)", "small", "expected: a whole number");
  check(R"("whole":9007199254740993)", R"("whole":9223372036854775808)", "whole", "expected: a whole number");
  check(R"("truth":false)", R"("truth":0)", "truth", "expected: true or false");
  check(R"("part":2)", R"("part":"2")", "part", "expected: a number");
  check(R"("id":"0)", R"("id":"G)", "id", "expected: an id: 32 digits 0-9 a-f");
  check(R"("day":"2026-11-25")", R"("day":"2026-02-30")", "day", "expected: a day, such as 2026-11-25");
  check(R"(10:42:00.123Z)", R"(10:42:00+01:00)", "at",
        "expected: a moment in UTC, such as 2026-11-25T10:42:00.123Z");
  check(R"("leaves":[{"text":"a","colour":null})", R"("leaves":[[])", "leaves[1]", "expected: an object");
  EXPECT_EQ(fault_of<Tree>("[]").where.field, "");
  EXPECT_EQ(fault_of<std::vector<Leaf>>("{}").detail, "expected: a list");
}

TEST(Fields, RefusesMembersThatNoFieldHas) {
  const Error fault = fault_of<Leaf>(R"({"text":"a","shade":1})");
  EXPECT_EQ(fault.code, "json.unknown_field");
  EXPECT_EQ(fault.detail, "a member that is not known here; known: text, colour");
  EXPECT_EQ(fault.where.field, "");
  std::string json = full;
  json.replace(json.find(R"({"text":"b")"), 1, R"({"Secret":1,)");
  EXPECT_EQ(fault_of<Tree>(json).where.field, "leaves[2]");
  EXPECT_THAT(to_text(fault_of<Tree>(json)), Not(HasSubstr("Secret")));
}

TEST(Fields, NeverQuotesAValue) {
  for (const char* name : {"id", "truth", "small", "part", "colour", "at", "day", "leaves", "best"}) {
    auto node = *parse_json(full);
    for (Member& member : std::get<Node::Object>(node.value))
      if (member.name == name) member.value = "Amara";
    const auto tree = from_node<Tree>(node);
    ASSERT_FALSE(tree) << name;
    EXPECT_THAT(to_text(tree.error()), Not(HasSubstr("Amara")));
  }
}

TEST(Fields, ShapesOfTheServiceDoNotReadEachOther) {
  const Node person = to_node(service::PersonView{});
  const Node course = to_node(service::CourseView{});
  const Node user = to_node(service::UserView{});
  EXPECT_FALSE(from_node<service::CourseView>(person));
  EXPECT_FALSE(from_node<service::UserView>(course));
  EXPECT_FALSE(from_node<service::PersonView>(user));
  EXPECT_FALSE(from_node<service::NewUser>(user));
  EXPECT_FALSE(from_node<service::Answers>(to_node(service::Sheet{})));
}

rc::Gen<Tree> any_tree() {
  return rc::gen::exec([] {
    const auto text = [] { return *any_text(); };
    Tree tree;
    tree.id = *Id<Thing>::parse(
        *rc::gen::container<std::string>(id_digits, rc::gen::elementOf(std::string("0123456789abcdef"))));
    tree.truth = *rc::gen::arbitrary<bool>();
    tree.small = *rc::gen::arbitrary<int>();
    tree.whole = *rc::gen::arbitrary<std::int64_t>();
    tree.part = *rc::gen::suchThat<double>([](double number) { return std::isfinite(number); });
    tree.colour = *rc::gen::element(Colour::red, Colour::dark_green);
    tree.at = {*rc::gen::inRange(begin_of({1000, 1, 1}).ms, begin_of({9999, 12, 31}).ms)};
    tree.day = date_of({*rc::gen::inRange(begin_of({1000, 1, 1}).ms, begin_of({9999, 12, 31}).ms)});
    tree.words = Private(text());
    if (*rc::gen::arbitrary<bool>()) tree.more = Private(text());
    const int leaves = *rc::gen::inRange(0, 4);
    for (int i = 0; i < leaves; ++i) tree.leaves.push_back({text(), Colour::red});
    if (*rc::gen::arbitrary<bool>()) tree.best = Leaf{text(), {}};
    return tree;
  });
}

RC_GTEST_PROP(FieldsProperty, ReadsWhatItWrote, ()) {
  const Tree tree = *any_tree();
  const std::string json = to_json(to_node(tree));
  const auto again = from_node<Tree>(*parse_json(json));
  RC_ASSERT(again.has_value());
  RC_ASSERT(to_json(to_node(*again)) == json);
}

RC_GTEST_PROP(FieldsProperty, TakesAnyTreeCalmly, ()) {
  const Node node = *any_node(3);
  for (const auto& error : {from_node<Tree>(node), from_node<Tree>(Node::Object{{"leaves", node}})})
    RC_ASSERT(!error && error.error().code.starts_with("json."));
}

RC_GTEST_PROP(FieldsProperty, SurvivesAChangeOfOneMember, ()) {
  Node node = to_node(*any_tree());
  auto& members = std::get<Node::Object>(node.value);
  members[*rc::gen::inRange<std::size_t>(0, members.size())].value = *any_node(2);
  if (const auto tree = from_node<Tree>(node)) RC_ASSERT(from_node<Tree>(to_node(*tree)).has_value());
}

TEST(Schema, DiffersByTheWay) {
  Schemas in;
  EXPECT_EQ(to_json(schema_of<Leaf>(in, Way::in)), R"({"$ref":"#/components/schemas/Leaf"})");
  EXPECT_EQ(to_json(in.all()),
            R"({"Leaf":{"type":"object","properties":{"text":{"type":"string"},)"
            R"("colour":{"anyOf":[{"type":"string","enum":["red","dark_green"]},{"type":"null"}]}},)"
            R"("required":["text"],"additionalProperties":false}})");
  Schemas out;
  static_cast<void>(schema_of<Leaf>(out, Way::out));
  EXPECT_THAT(to_json(out.all()), HasSubstr(R"("required":["text","colour"]})"));
  EXPECT_THROW(static_cast<void>(schema_of<Leaf>(out, Way::in)), std::logic_error);
}

TEST(Schema, NamesEachStructOnce) {
  Schemas schemas;
  EXPECT_EQ(to_json(schema_of<std::vector<Tree>>(schemas, Way::out)),
            R"({"type":"array","items":{"$ref":"#/components/schemas/Tree"}})");
  const Node all = schemas.all();
  EXPECT_EQ(all.as<Node::Object>()->size(), 2U);
  EXPECT_EQ(to_json(*all.find("Tree")->find("properties")->find("at")),
            R"({"type":"string","format":"date-time"})");
  EXPECT_EQ(type_name<service::CourseView>(), "CourseView");
}

}  // namespace
}  // namespace securebase::wire
