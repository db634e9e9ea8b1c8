#include "catalog/pack.hpp"

#include <gmock/gmock.h>

#include "shipped_definitions.hpp"

namespace securebase::catalog {
namespace SECUREBASE_THIS_FILE {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

/// A pack for an instrument in its first order, in words of a test.
Pack pack_for(const Instrument& instrument) {
  Pack pack;
  pack.file = "form.json";
  pack.language = "en";
  pack.title = "A form";
  pack.instruction = "Think of the last days.";
  for (const Item& item : instrument.items) {
    PackItem one;
    one.link = "q" + std::to_string(item.number);
    one.text = "Words of item " + std::to_string(item.number);
    for (int value = item.range.min; value <= item.range.max; ++value)
      one.answers.push_back({value, "Answer " + std::to_string(value)});
    pack.items.push_back(std::move(one));
  }
  return pack;
}

class Matching : public ::testing::Test {
 protected:
  Instrument phq_ = testing::shipped("phq-9");
  Pack pack_ = pack_for(phq_);

  [[nodiscard]] PackReview review(const std::vector<std::string>& leave_out = {}) const {
    return match_pack(pack_, phq_, phq_.orders.front(), leave_out);
  }
  /// "pack.value q3" of each difference.
  [[nodiscard]] std::vector<std::string> differences() const {
    std::vector<std::string> words;
    for (const Error& one : review().differences) {
      EXPECT_EQ(one.where.name, "form.json");
      EXPECT_THAT(one.detail, Not(HasSubstr("Words of"))) << "a text is repeated";
      EXPECT_THAT(one.detail, Not(HasSubstr("Answer "))) << "a text is repeated";
      words.push_back(one.code + " " + one.where.field);
    }
    return words;
  }
};

TEST_F(Matching, goes_item_by_item) {
  const PackReview review = this->review();
  EXPECT_TRUE(review.fits());
  ASSERT_THAT(review.items, SizeIs(9));
  EXPECT_EQ(review.items[8].item, 9);
  EXPECT_EQ(review.items[8].link, "q9");
  EXPECT_EQ(review.items[8].gist, "thoughts of death or harm");
  EXPECT_THAT(review.items[8].answers, ElementsAre("Answer 0", "Answer 1", "Answer 2", "Answer 3"));
  EXPECT_THAT(review.notes, IsEmpty());
  const Text text = text_of(pack_, review, phq_, phq_.orders.front());
  EXPECT_EQ(text.title, "A form");
  EXPECT_THAT(text.options, SizeIs(4));
  EXPECT_THAT(text.items[8].options, IsEmpty());
  EXPECT_EQ(text.items[8].text, "Words of item 9");
}

TEST_F(Matching, answers_that_differ_from_item_to_item_stay_with_their_item) {
  pack_.items[4].answers[1].text = "Other words";
  const PackReview review = this->review();
  ASSERT_TRUE(review.fits());
  const Text text = text_of(pack_, review, phq_, phq_.orders.front());
  EXPECT_THAT(text.options, IsEmpty());
  EXPECT_EQ(text.items[4].options[1], "Other words");
}

TEST_F(Matching, names_the_item_that_is_missing) {
  pack_.items.erase(pack_.items.begin() + 2);
  EXPECT_THAT(differences(), ElementsAre("pack.count "));
  EXPECT_THAT(review().differences[0].detail, HasSubstr("item 3 (sleep) is not in the form"));
  for (std::size_t i = 0; i < pack_.items.size(); ++i) pack_.items[i].link = "item" + std::string(i + 1, 'x');
  EXPECT_THAT(review().differences.at(0).detail, HasSubstr("the form ends where item 9"));
}

TEST_F(Matching, names_an_item_too_many_which_can_be_left_out) {
  pack_.items.push_back(pack_.items.back());
  pack_.items.back().link = "how_hard";
  EXPECT_THAT(differences(), ElementsAre("pack.count how_hard"));
  const PackReview without = review({"how_hard"});
  EXPECT_TRUE(without.fits());
  ASSERT_THAT(without.rest, SizeIs(1));
  EXPECT_EQ(without.rest[0].link, "how_hard");
  EXPECT_EQ(review({"how_hard", "no_such"}).differences.at(0).code, "pack.leave_out");
}

TEST_F(Matching, leaves_out_what_stands_behind_the_forms_own_result) {
  pack_.items.push_back(pack_.items.back());
  pack_.items.back().link = "how_hard";
  pack_.items.back().answers = {{std::nullopt, "Not"}, {std::nullopt, "Very"}};
  pack_.before_result = 9;
  EXPECT_TRUE(review().fits());
  EXPECT_THAT(review().items, SizeIs(9));
  pack_.before_result = 8;
  EXPECT_THAT(differences(), ElementsAre("pack.count how_hard"));
}

TEST_F(Matching, refuses_another_sequence_by_number_and_by_code) {
  std::swap(pack_.items[2], pack_.items[3]);
  EXPECT_THAT(differences(), ElementsAre("pack.order q4", "pack.order q3"));
  EXPECT_THAT(review().differences[0].detail, HasSubstr("item 3 (sleep) is wanted"));
  for (PackItem& item : pack_.items) item.link = "x" + item.link + "x";
  EXPECT_THAT(differences(), IsEmpty());
  pack_.items[2].codes = {"44254-1"};
  pack_.items[3].codes = {"0000-0", "44259-0"};
  EXPECT_THAT(differences(), ElementsAre("pack.order xq4x", "pack.order xq3x"));
  EXPECT_THAT(review().differences[1].detail, HasSubstr("LOINC code is that of item 3 (sleep)"));
}

TEST_F(Matching, takes_numbers_of_a_part_of_a_longer_form) {
  for (std::size_t i = 0; i < pack_.items.size(); ++i) pack_.items[i].link = "b" + std::to_string(i + 12);
  EXPECT_THAT(differences(), IsEmpty());
  pack_.items[0].link = "44250-9";
  EXPECT_THAT(differences(), IsEmpty());
}

TEST_F(Matching, refuses_the_form_of_another_instrument) {
  pack_.codes = {"44249-1"};
  EXPECT_THAT(differences(), IsEmpty());
  pack_.codes = {"69737-5"};
  EXPECT_THAT(differences(), ElementsAre("pack.instrument "));
}

TEST_F(Matching, refuses_other_values) {
  for (PackItem& item : pack_.items)
    for (PackAnswer& answer : item.answers) *answer.value += 1;
  EXPECT_THAT(differences(), SizeIs(18));
  EXPECT_EQ(differences()[0], "pack.value q1");
  EXPECT_THAT(review().differences[0].detail,
              HasSubstr("item 1, answer 4: the value is 4; 0 to 3 are wanted"));
  EXPECT_THAT(review().differences[1].detail, HasSubstr("item 1 has no answer with the value 0"));
}

TEST_F(Matching, names_answers_that_are_missing_twice_or_without_a_value) {
  pack_.items[0].answers.pop_back();
  pack_.items[1].answers[2].value = 1;
  pack_.items[2].answers[0].value.reset();
  pack_.items[3].answers.clear();
  EXPECT_THAT(differences(),
              ElementsAre("pack.answer_missing q1", "pack.value_twice q2", "pack.answer_missing q2",
                          "pack.value_missing q3", "pack.answer_missing q3", "pack.answers q4"));
}

TEST_F(Matching, refuses_answers_that_go_up_and_down) {
  std::swap(pack_.items[5].answers[1], pack_.items[5].answers[2]);
  EXPECT_THAT(differences(), ElementsAre("pack.answer_order q6"));
}

TEST_F(Matching, takes_answers_from_the_highest_down_and_says_so) {
  for (PackItem& item : pack_.items) std::reverse(item.answers.begin(), item.answers.end());
  const PackReview review = this->review();
  EXPECT_TRUE(review.fits());
  ASSERT_THAT(review.notes, SizeIs(1));
  EXPECT_THAT(review.notes[0], HasSubstr("highest to the lowest"));
  EXPECT_THAT(review.items[0].answers, ElementsAre("Answer 0", "Answer 1", "Answer 2", "Answer 3"));
}

TEST_F(Matching, refuses_values_that_the_form_has_reversed) {
  for (PackAnswer& answer : pack_.items[6].answers) answer.value = 3 - *answer.value;
  EXPECT_THAT(differences(), ElementsAre("pack.reversed q7"));
  EXPECT_THAT(review().differences[0].detail, HasSubstr("raw ones are wanted"));
}

TEST_F(Matching, refuses_words_that_are_missing_or_cannot_be_shown) {
  pack_.items[0].text = " ";
  pack_.items[1].text = std::string(longest_pack_text + 1, 'a');
  pack_.items[2].text = "a\x01";
  pack_.items[3].text = "\xff";
  pack_.items[4].answers[1].text = "";
  pack_.title = "\x1b[2J";
  EXPECT_THAT(differences(), ElementsAre("pack.text ", "pack.text q1", "pack.text q2", "pack.text q3",
                                         "pack.text q4", "pack.answer_text q5"));
}

TEST_F(Matching, says_where_the_words_of_answers_are_not_in_the_file) {
  for (PackItem& item : pack_.items) {
    item.answers.clear();
    item.value_set = "http://loinc.org/vs/LL358-3";
  }
  const PackReview review = this->review();
  EXPECT_TRUE(review.fits());
  ASSERT_THAT(review.notes, SizeIs(1));
  EXPECT_THAT(review.notes[0], HasSubstr("LL358-3"));
}

TEST_F(Matching, names_a_sign_that_cannot_be_seen_and_where_it_stands) {
  for (const PackFormat format :
       {PackFormat::fhir_r4, PackFormat::fhir_r5, PackFormat::redcap, PackFormat::osd}) {
    Pack pack = pack_;
    pack.format = format;
    pack.items[2].text = "Wor\u200Bds";
    pack.items[3].answers[1].text += "\u202E";
    pack.title += "\u00AD";
    pack.copyright = "\x1B[31mFree";
    const PackReview review = match_pack(pack, phq_, phq_.orders.front());
    ASSERT_THAT(review.differences, SizeIs(4));
    EXPECT_THAT(review.differences[0].detail,
                HasSubstr("the title: a sign that cannot be seen (U+00AD, char"));
    EXPECT_THAT(review.differences[1].detail, HasSubstr("(U+001B)"));
    EXPECT_EQ(review.differences[2].where.field, "q3");
    EXPECT_THAT(review.differences[2].detail,
                HasSubstr("item 3: a sign that cannot be seen (U+200B, character 4)"));
    EXPECT_EQ(review.differences[3].where.field, "q4");
    EXPECT_THAT(review.differences[3].detail, HasSubstr("item 4, answer 2"));
  }
}

TEST_F(Matching, refuses_what_redcap_would_fill_in) {
  for (const char* text : {"Since [visit_date], how often", "[name] said", "[event_1_arm_1][age] years",
                           "In [sex:value]", "On [survey-date-completed:1]"}) {
    pack_.format = PackFormat::redcap;
    pack_.items[1].text = text;
    EXPECT_THAT(differences(), ElementsAre("pack.piping q2")) << text;
    EXPECT_THAT(review().differences[0].detail, HasSubstr("item 2"));
    pack_.format = PackFormat::fhir_r4;
    EXPECT_THAT(differences(), IsEmpty()) << text;
  }
  pack_.format = PackFormat::redcap;
  for (const char* text : {"With [your partner]", "A [1]", "An open [bracket", "[Name]", "[]"}) {
    pack_.items[1].text = text;
    EXPECT_THAT(differences(), IsEmpty()) << text;
  }
  pack_.items[4].answers[0].text = "As [other] says";
  EXPECT_THAT(differences(), ElementsAre("pack.piping q5"));
}

TEST_F(Matching, compares_ranges_where_numbers_are_asked) {
  for (PackItem& item : pack_.items) {
    item.answers.clear();
    item.range = AnswerRange{0, 3};
  }
  EXPECT_THAT(differences(), IsEmpty());
  pack_.items[0].range = AnswerRange{1, 4};
  EXPECT_THAT(differences(), ElementsAre("pack.value q1"));
}

TEST(MatchingAll, every_definition_takes_a_form_made_for_it) {
  for (const Instrument& instrument : testing::shipped().instruments) {
    const Pack pack = pack_for(instrument);
    const PackReview review = match_pack(pack, instrument, instrument.orders.front());
    EXPECT_TRUE(review.fits()) << instrument.id << ": " << to_text(review.differences.front());
    EXPECT_EQ(review.items.size(), instrument.items.size());
  }
}

TEST(MatchingAll, an_item_that_a_practice_switches_on_may_be_missing) {
  const Instrument instrument = testing::shipped("check-in");
  Pack pack = pack_for(instrument);
  pack.items.pop_back();
  const PackReview review = match_pack(pack, instrument, instrument.orders.front());
  EXPECT_TRUE(review.fits());
  EXPECT_THAT(review.items, SizeIs(8));
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::catalog
