#include "stats/rating_table.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <stdexcept>

#include "ratings.hpp"

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

TEST(RatingTable, keeps_what_is_there_and_what_is_not) {
  const RatingTable table = krippendorff_units();
  EXPECT_EQ(table.units(), 12U);
  EXPECT_EQ(table.raters(), 4U);
  EXPECT_EQ(table.at(5, 2), 3);
  EXPECT_FALSE(table.at(0, 2).has_value());
  EXPECT_EQ(table.of_unit(10), (std::vector<double>{1, 1}));
  EXPECT_EQ(categories_of(table), (std::vector<double>{1, 2, 3, 4, 5}));
  EXPECT_EQ(complete_units(table).units(), 8U);
}

TEST(RatingTable, raters_in_the_order_asked_for) {
  const RatingTable two = only_raters(krippendorff_units(), std::vector<std::size_t>{3, 0});
  EXPECT_EQ(two.at(5, 0), 4);
  EXPECT_EQ(two.at(5, 1), 1);
  EXPECT_FALSE(two.at(9, 1).has_value());
}

TEST(RatingTable, counts_by_category_and_of_pairs) {
  const std::vector<double> categories{1, 2, 3, 4, 5};
  const Matrix counts = *ratings_by_category(krippendorff_units(), categories);
  EXPECT_EQ(counts(1, 1), 3);
  EXPECT_EQ(counts(1, 2), 1);
  const Matrix cross = *cross_table(krippendorff_units(), 0, 2, categories);
  EXPECT_EQ(cross(0, 2), 1);  // unit 6
  EXPECT_EQ(cross(0, 1), 1);  // unit 8
  EXPECT_EQ(cross(1, 1), 2);  // units 5 and 9
  EXPECT_EQ(cross(0, 0), 0);
}

TEST(RatingTable, a_rating_of_no_category_is_an_error) {
  const std::vector<double> four{1, 2, 3, 4};
  EXPECT_EQ(ratings_by_category(krippendorff_units(), four).error().code, "ratings.category");
  EXPECT_EQ(cross_table(krippendorff_units(), 1, 2, four).error().code, "ratings.category");
}

TEST(RatingTable, takes_numbers_of_a_usable_size_only) {
  RatingTable table(1, 1);
  EXPECT_THROW(table.set(0, 0, std::numeric_limits<double>::quiet_NaN()), std::invalid_argument);
  EXPECT_THROW(table.set(0, 0, 1e101), std::invalid_argument);
  EXPECT_THROW(table.set(1, 0, 1), std::invalid_argument);
  EXPECT_FALSE(table.at(0, 0).has_value());
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
