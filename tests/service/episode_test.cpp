// Relationship episodes: written, coded, and what is said about them once there are ten.

#include "service/episode.hpp"

#include <gmock/gmock.h>

#include "service/each_practice.hpp"
#include "service/erase.hpp"
#include "service/history.hpp"
#include "stats/numbers_needed.hpp"

namespace securebase::service {
namespace SECUREBASE_THIS_FILE {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class Episodes : public EachPractice {
 protected:
  Actor ada_;
  CourseView course_;
  Id<Person> mia_;

  void SetUp() override {
    EachPractice::SetUp();
    if (IsSkipped()) return;
    ada_ = user("ada", {.therapist = true});
    course_ = course_of(ada_, "Mia Weber");
    mia_ = course_.members[0].person;
  }
  static NewEpisode told(int day, int other, Valence valence) {
    NewEpisode episode;
    episode.told_on = {2026, 8, day};
    episode.account = Private<std::string>("Rang her sister.");
    episode.wish = {{5}, {}};
    episode.response_of_other = {{other}, {4, 12}};
    episode.response_of_self = {{2}, {}};
    episode.other_valence = valence;
    return episode;
  }
  Result<EpisodeBook> add(const NewEpisode& episode) {
    clock().pass(second_ms);
    return add_episode(practice(), ada_, course_.id, mia_, episode);
  }
  EpisodeBook add_ten() {
    for (int i = 0; i < 9; ++i)
      must(add(told(1 + i, i < 5 ? 5 : 6, i < 5 ? Valence::negative : Valence::positive)));
    return must(add(told(10, 6, Valence::positive)));
  }
};

TEST_P(Episodes, come_back_as_they_were_told_and_coded) {
  const auto book = must(add(told(3, 5, Valence::negative)));
  ASSERT_THAT(book.episodes, SizeIs(1));
  const EpisodeView& one = book.episodes[0];
  EXPECT_EQ(one.account->reveal(), "Rang her sister.");
  EXPECT_THAT(one.wish.clusters, ElementsAre(5));
  EXPECT_THAT(one.wish.standard, IsEmpty());
  EXPECT_THAT(one.response_of_other.standard, ElementsAre(4, 12));
  EXPECT_EQ(one.other_valence, Valence::negative);
  EXPECT_FALSE(one.self_valence);
  EXPECT_EQ(one.coded_by, ada_.user);
  ASSERT_THAT(book.components, SizeIs(3));
  EXPECT_EQ(book.components[0].standard, 35);
  EXPECT_THAT(book.components[2].clusters, SizeIs(8));
  EXPECT_FALSE(book.verified);
}

TEST_P(Episodes, nothing_is_said_before_there_are_ten) {
  for (int i = 0; i < 9; ++i) {
    const auto book = must(add(told(1 + i, 5, Valence::negative)));
    EXPECT_EQ(book.missing, 9 - i);
    EXPECT_FALSE(book.summary);
    EXPECT_FALSE(book.comparison);
    EXPECT_THAT(book.findings, IsEmpty());
  }
  const auto refused = compare_episodes(practice(), ada_, course_.id, mia_, {});
  EXPECT_EQ(code_of(refused), "episodes.too_few");
  EXPECT_THAT(refused.error().detail, HasSubstr("1 more"));
  EXPECT_TRUE(must(add(told(10, 5, Valence::negative))).summary);
}

TEST_P(Episodes, shares_come_with_their_intervals_and_words) {
  const auto book = add_ten();
  ASSERT_TRUE(book.summary);
  const EpisodePart& other = book.summary->parts[1];
  EXPECT_EQ(other.id, "response_of_other");
  ASSERT_THAT(other.clusters, SizeIs(2));
  EXPECT_EQ(other.clusters[0].episodes, 5);
  const auto wilson = stats::wilson_interval({5, 10});
  EXPECT_NEAR(other.clusters[0].lower, wilson.lower, 1e-12);
  EXPECT_NEAR(other.clusters[0].upper, wilson.upper, 1e-12);
  EXPECT_THAT(other.most_often, ElementsAre(5, 6));
  ASSERT_THAT(other.standard, SizeIs(2));
  EXPECT_EQ(other.standard[0].number, 4);
  EXPECT_EQ(other.standard[0].label, "");  // the words of the manual are not ours to ship
  EXPECT_EQ(book.summary->parts[0].flexibility->evenness, 0);
  EXPECT_FALSE(book.summary->parts[0].flexibility->lower);
  ASSERT_TRUE(book.summary->positive);
  EXPECT_NEAR(book.summary->positive->share, 0.5, 1e-12);
  ASSERT_THAT(book.findings, SizeIs(3));
  EXPECT_THAT(book.findings[0].statement, HasSubstr("10 of 10 episodes (100 %, likely 72 to 100 %)"));
  EXPECT_THAT(book.findings[1].statement, HasSubstr("1 others equally often"));
  EXPECT_THAT(book.findings[0].basis, HasSubstr("unverified"));
  EXPECT_THAT(book.findings[0].limits, HasSubstr("no type"));
}

TEST_P(Episodes, halves_are_compared_and_a_day_may_be_chosen) {
  const auto book = add_ten();
  ASSERT_TRUE(book.comparison && book.comparison->halves);
  const EpisodeHalves& halves = *book.comparison->halves;
  EXPECT_EQ(halves.earlier, 5);
  EXPECT_EQ(halves.later_from, (Date{2026, 8, 6}));
  const auto other =
      std::find_if(halves.differences.begin(), halves.differences.end(), [](const EpisodeDifference& one) {
        return one.what == EpisodeIndex::cluster && one.part == "response_of_other";
      });
  ASSERT_NE(other, halves.differences.end());
  EXPECT_TRUE(other->main_negative);
  EXPECT_EQ(other->difference, -1);
  EXPECT_TRUE(other->beyond_error);
  EXPECT_THAT(book.comparison->findings[1].limits, HasSubstr("not why"));
  const auto chosen = must(compare_episodes(practice(), ada_, course_.id, mia_, {Date{2026, 8, 9}}));
  EXPECT_FALSE(chosen.halves);  // two on one side
  EXPECT_EQ(chosen.fewest, 5);
}

TEST_P(Episodes, are_written_anew_and_taken_back) {
  const auto id = must(add(told(3, 5, Valence::negative))).episodes[0].id;
  const auto changed =
      must(change_episode(practice(), ada_, course_.id, mia_, id, told(4, 6, Valence::mixed)));
  ASSERT_THAT(changed.episodes, SizeIs(1));
  EXPECT_EQ(changed.episodes[0].told_on, (Date{2026, 8, 4}));
  EXPECT_THAT(changed.episodes[0].response_of_other.clusters, ElementsAre(6));
  NewClaim claim;
  claim.cue = claim.expectation = claim.disconfirmed_by = Private<std::string>("words");
  const auto held = must(add_claim(practice(), ada_, course_.id, mia_, claim)).claims[0].claim.id;
  const auto book = must(add_evidence(
      practice(), ada_, course_.id, mia_, held,
      {EvidenceSide::supports, EvidenceSource::episode, id.text(), Private<std::string>("That call.")}));
  EXPECT_EQ(code_of(remove_episode(practice(), ada_, course_.id, mia_, id)), "episode.in_use");
  must(remove_evidence(practice(), ada_, course_.id, mia_, book.claims[0].evidence[0].id));
  EXPECT_THAT(must(remove_episode(practice(), ada_, course_.id, mia_, id)).episodes, IsEmpty());
  EXPECT_EQ(code_of(remove_episode(practice(), ada_, course_.id, mia_, id)),
            "relationship_episode.not_found");
}

TEST_P(Episodes, refuse_what_is_not_there) {
  NewEpisode episode = told(3, 9, Valence::negative);
  const auto refused = add(episode);
  EXPECT_EQ(code_of(refused), "episode.codes");
  EXPECT_EQ(refused.error().where.field, "response_of_other");
  episode = told(3, 5, Valence::negative);
  episode.wish.standard = {36};
  EXPECT_EQ(code_of(add(episode)), "episode.codes");
  episode.wish.standard = {3, 3};
  EXPECT_EQ(code_of(add(episode)), "episode.codes");
  episode = {};
  episode.told_on = {2026, 8, 3};
  EXPECT_EQ(code_of(add(episode)), "episode.empty");
  episode.wish.clusters = {1};
  episode.told_on = {2027, 1, 1};
  EXPECT_EQ(code_of(add(episode)), "episode.day");
  episode.told_on = {2026, 8, 3};
  episode.figure = new_id<Figure>(practice().entropy);
  EXPECT_EQ(code_of(add(episode)), "episode.figure");
}

TEST_P(Episodes, are_in_the_copy_and_go_with_the_person) {
  must(add(told(3, 5, Valence::negative)));
  EXPECT_THAT(must(copy_person(practice(), ada_, mia_)).relationship_episodes, SizeIs(1));
  must(end_course(practice(), ada_, course_.id, {date_of(clock().now())}));
  must(erase_person(practice(), ada_, mia_, {Ground::request, course_.members[0].code}));
  EXPECT_THAT(must(read_episodes(practice(), ada_, course_.id, mia_)).episodes, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Service, Episodes, store::each_engine, store::engine_name);

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::service
