#include "wire/fhir.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "measures/scoring.hpp"
#include "shipped_definitions.hpp"
#include "wire/pack.hpp"

namespace securebase::wire {
namespace SECUREBASE_THIS_FILE {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using Json = nlohmann::json;

std::string expression(const std::string& id, const std::string& scale_id) {
  auto instrument = testing::shipped(id);
  return calculated_expression(instrument, instrument.orders.front(), testing::scale_of(instrument, scale_id))
      .value_or("none");
}

class BothReleases : public ::testing::TestWithParam<FhirRelease> {};
INSTANTIATE_TEST_SUITE_P(Fhir, BothReleases, ::testing::Values(FhirRelease::r4, FhirRelease::r5));

TEST_P(BothReleases, export_and_import_of_our_own_measures_lose_nothing) {
  for (const char* id : {"check-in", "bond", "closeness"}) {
    const auto instrument = testing::shipped(id);
    const auto& order = instrument.orders.front();
    for (const catalog::Text& text : instrument.texts) {
      const auto document = questionnaire_document(instrument, order, GetParam(), &text);
      const auto pack = parse_pack("out.json", document);
      ASSERT_TRUE(pack) << to_text(pack.error());
      EXPECT_EQ(pack->format,
                GetParam() == FhirRelease::r4 ? catalog::PackFormat::fhir_r4 : catalog::PackFormat::fhir_r5);
      const auto review = catalog::match_pack(*pack, instrument, order);
      ASSERT_TRUE(review.fits()) << to_text(review.differences.front());
      const catalog::Text again = catalog::text_of(*pack, review, instrument, order);
      EXPECT_EQ(again.locale, text.locale);
      EXPECT_EQ(again.title, text.title);
      EXPECT_EQ(again.instruction, text.instruction);
      EXPECT_EQ(again.options, text.options);
      ASSERT_EQ(again.items.size(), text.items.size());
      for (std::size_t i = 0; i < text.items.size(); ++i) {
        EXPECT_EQ(again.items[i].text, text.items[i].text);
        EXPECT_EQ(again.items[i].options, text.items[i].options);
      }
      EXPECT_EQ(questionnaire_document(instrument, order, GetParam(), &again), document);
    }
  }
}

TEST_P(BothReleases, words_with_every_sign_come_back) {
  const auto instrument = testing::shipped("gad-7");
  const auto& order = instrument.orders.front();
  catalog::Text text{
      "de", "T\"i\\tel <b>&amp;", "Zeile\nund\ttab", {"a, b", "c | d", "é", "\xF0\x9F\x99\x82"}, {}};
  for (int i = 0; i < 7; ++i) text.items.push_back({" blank " + std::to_string(i), {}});
  text.items[3].options = {"0", "1", "2", "<3"};
  const auto document = questionnaire_document(instrument, order, GetParam(), &text);
  const auto pack = parse_pack("out.json", document);
  ASSERT_TRUE(pack) << to_text(pack.error());
  const auto review = catalog::match_pack(*pack, instrument, order);
  ASSERT_TRUE(review.fits()) << to_text(review.differences.front());
  const auto again = catalog::text_of(*pack, review, instrument, order);
  EXPECT_EQ(questionnaire_document(instrument, order, GetParam(), &again), document);
  EXPECT_EQ(again.title, text.title);
  EXPECT_EQ(again.items[6].text, " blank 6");
}

TEST(FhirQuestionnaire, of_others_wording_is_structure_alone) {
  for (const catalog::Instrument& instrument : testing::shipped().instruments) {
    const auto json =
        Json::parse(questionnaire_document(instrument, instrument.orders.front(), FhirRelease::r4, nullptr));
    std::size_t choices = 0;
    for (const Json& item : json.at("item")) {
      if (item.at("type") != "choice") continue;
      ++choices;
      EXPECT_FALSE(item.contains("text")) << instrument.id;
      for (const Json& option : item.at("answerOption"))
        EXPECT_FALSE(option.at("valueCoding").contains("display")) << instrument.id;
    }
    EXPECT_EQ(choices, instrument.items.size());
  }
}

TEST(FhirQuestionnaire, has_codes_values_and_terms) {
  const auto instrument = testing::shipped("phq-9");
  const auto json =
      Json::parse(questionnaire_document(instrument, instrument.orders.front(), FhirRelease::r5, nullptr));
  EXPECT_EQ(json.at("url"), "urn:securebase:instrument:phq-9");
  EXPECT_EQ(json.at("name"), "Phq9");
  EXPECT_EQ(json.at("code").at(0).at("code"), "44249-1");
  EXPECT_THAT(json.at("copyright").get<std::string>(), HasSubstr("Holder: Pfizer"));
  const Json& last = json.at("item").at(8);
  EXPECT_EQ(last.at("code").at(0).at("code"), "44260-8");
  EXPECT_EQ(last.at("answerOption").at(3).at("extension").at(0).at("valueDecimal"), 3);
  const Json& total = json.at("item").at(9);
  EXPECT_EQ(total.at("code").at(0).at("code"), "44261-6");
  EXPECT_EQ(total.at("readOnly"), true);
}

TEST(FhirExpression, says_key_and_rule) {
  EXPECT_EQ(expression("phq-4", "anxiety"),
            "iif(%resource.item.where(linkId in ('q1' | 'q2')).answer.count() = 2, "
            "(%resource.item.where(linkId in ('q1' | 'q2')).answer.value.code.select(toInteger())"
            ".aggregate($total + ($this), 0)), {})");
  EXPECT_THAT(expression("ecr", "anxiety"), HasSubstr("linkId = 'q22').answer.value.code.select(toInteger())"
                                                      ".aggregate($total + (8 - $this), 0)"));
  EXPECT_THAT(expression("who-5", "percentage"), HasSubstr(" * 4"));
}

TEST(FhirExpression, is_there_for_every_scale_of_every_definition) {
  for (const catalog::Instrument& instrument : testing::shipped().instruments)
    for (const catalog::Order& order : instrument.orders)
      for (const catalog::Scale& scale : instrument.scales)
        EXPECT_TRUE(calculated_expression(instrument, order, scale)) << instrument.id << " " << scale.id;
}

TEST(FhirResponse, holds_answers_and_scores_under_a_pseudonym) {
  const auto instrument = testing::shipped("gad-7");
  const auto& order = instrument.orders.front();
  measures::Responses responses(7, measures::Response::answered(2));
  const FhirSubject subject{"P01", "gad-7-r2"};
  const auto complete = measures::score(instrument, order, responses);
  ASSERT_TRUE(complete);
  const auto observed = Json::parse(score_observation(instrument, subject, complete->scores.at(0)));
  EXPECT_EQ(observed.at("valueQuantity").at("value"), 14);
  EXPECT_EQ(observed.at("code").at("coding").at(0).at("code"), "70274-6");
  EXPECT_EQ(observed.at("derivedFrom").at(0).at("reference"), "QuestionnaireResponse/gad-7-r2");
  responses[2] = measures::Response::skipped();
  const auto response = Json::parse(questionnaire_response(instrument, order, subject, responses));
  EXPECT_EQ(response.at("questionnaire"), "urn:securebase:instrument:gad-7|2006");
  EXPECT_EQ(response.at("subject").at("identifier").at("value"), "P01");
  EXPECT_EQ(response.at("item").at(0).at("answer").at(0).at("valueCoding").at("code"), "2");
  EXPECT_FALSE(response.at("item").at(2).contains("answer"));
  const auto none = measures::score(instrument, order, responses);
  ASSERT_TRUE(none);
  const auto absent = Json::parse(score_observation(instrument, subject, none->scores.at(0)));
  EXPECT_FALSE(absent.contains("valueQuantity"));
  EXPECT_TRUE(absent.contains("dataAbsentReason"));
}

TEST(FhirId, is_no_name) {
  EXPECT_TRUE(is_fhir_id("P-01.a"));
  for (const char* no : {"", "Ada Weber", "a_b", "ada@x", "é"}) EXPECT_FALSE(is_fhir_id(no)) << no;
  EXPECT_FALSE(is_fhir_id(std::string(65, 'a')));
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::wire
