// Published forms, where they lie beside the project: each is imported, and the PHQ-9 scores by its own
// values as by the definition. Their wording stays where it is.

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "measures/scoring.hpp"
#include "shipped_definitions.hpp"
#include "wire/pack.hpp"

namespace securebase::wire {
namespace SECUREBASE_THIS_FILE {

using ::testing::IsEmpty;
using ::testing::SizeIs;

class SharedForm : public ::testing::Test {
 protected:
  std::string bytes_;

  void read(const std::string& name) {
    const std::string path =
        std::string(SECUREBASE_SHARED_DIR) + "/data/fhir/" + name + ".questionnaire.json";
    if (!std::filesystem::exists(path)) GTEST_SKIP() << "not here: " << path;
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    bytes_ = text.str();
  }
  catalog::PackReview review(const std::string& id) {
    instrument_ = testing::shipped(id);
    auto pack = parse_pack("form.json", bytes_);
    EXPECT_TRUE(pack) << to_text(pack.error());
    pack_ = std::move(*pack);
    return catalog::match_pack(pack_, instrument_, instrument_.orders.front());
  }

  catalog::Instrument instrument_;
  catalog::Pack pack_;
};

TEST_F(SharedForm, lhncbc_phq_9_is_imported_and_scores_as_the_definition_does) {
  read("lhncbc-phq9");
  if (IsSkipped()) return;
  const auto review = this->review("phq-9");
  ASSERT_TRUE(review.fits()) << to_text(review.differences.front());
  ASSERT_THAT(review.items, SizeIs(9));
  for (const auto& match : review.items) EXPECT_THAT(match.answers, SizeIs(4)) << match.item;
  ASSERT_THAT(pack_.items, SizeIs(10));
  EXPECT_EQ(pack_.before_result, 9U);

  std::mt19937 chance(1);
  for (int person = 0; person < 200; ++person) {
    measures::Responses responses;
    int by_form = 0;
    for (std::size_t i = 0; i < 9; ++i) {
      const std::size_t chosen = chance() % 4;
      // What is stored is where the words stand among the definition's answers; the form has its own value.
      const auto& words = review.items[i].answers;
      const auto at = std::find(words.begin(), words.end(), pack_.items[i].answers[chosen].text);
      responses.push_back(measures::Response::answered(static_cast<int>(at - words.begin())));
      by_form += *pack_.items[i].answers[chosen].value;
    }
    const auto scores = measures::score(instrument_, instrument_.orders.front(), responses);
    ASSERT_TRUE(scores) << to_text(scores.error());
    EXPECT_EQ(scores->scores.at(0).value, by_form);
  }
}

TEST_F(SharedForm, cirg_phq_4_is_imported) {
  read("cirg-phq4");
  if (IsSkipped()) return;
  const auto review = this->review("phq-4");
  ASSERT_TRUE(review.fits()) << to_text(review.differences.front());
  EXPECT_THAT(review.items, SizeIs(4));
  EXPECT_NE(pack_.instruction, "");
  EXPECT_NE(pack_.copyright, "");
  EXPECT_THAT(review.notes, IsEmpty());
}

TEST_F(SharedForm, web_gad_7_is_imported_with_a_note_on_its_answers) {
  read("web-gad7");
  if (IsSkipped()) return;
  const auto review = this->review("gad-7");
  ASSERT_TRUE(review.fits()) << to_text(review.differences.front());
  EXPECT_THAT(review.items, SizeIs(7));
  EXPECT_THAT(review.notes, SizeIs(1));
  EXPECT_EQ(pack_.version, "1.0.0");
}

TEST_F(SharedForm, damaged_is_refused_with_the_item_named) {
  read("lhncbc-phq9");
  if (IsSkipped()) return;
  const std::string whole = bytes_;
  const auto damaged = [&](const std::string& from, const std::string& to) {
    bytes_ = whole;
    bytes_.replace(bytes_.find(from), from.size(), to);
    const auto differences = review("phq-9").differences;
    return differences.empty() ? "fits" : differences.front().code + " " + differences.front().where.field;
  };
  EXPECT_EQ(damaged("\"valueDecimal\": 2", "\"valueDecimal\": 5"), "pack.value /44250-9");
  EXPECT_EQ(damaged("\"valueDecimal\": 2", "\"valueDecimal\": 1"), "pack.value_twice /44250-9");
  EXPECT_EQ(damaged("\"linkId\": \"/44255-8\"", "\"linkId\": \"/q\""), "fits");
  EXPECT_EQ(damaged("\"code\": \"44249-1\"", "\"code\": \"69737-5\""), "pack.instrument ");
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::wire
